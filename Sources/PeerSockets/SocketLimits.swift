import NIOCore

/// How much the other ends of sockets may ask for.
package struct SocketLimits: Sendable, Hashable {
    /// The longest message that is taken; a socket's owner may raise it for one socket, after login for example.
    package var message = 65_535
    /// The longest frame that is sent; a socket's owner may raise it for one socket.
    ///
    /// The websocket client of AppWebsocket's own library closes on a longer one
    /// (`WEBSOCKET_MAX_PAYLOAD_SIZE 16384`, spec/table-replication.md §1.2).
    package var outgoingFrame = 16_384
    /// How many accepted connections there may be at once; one more is closed unheard.
    package var connections = 1_024
    /// How long TCP, TLS and HTTP may take together until the WebSocket stands.
    package var handshake: TimeAmount = .seconds(10)
    /// How long the other end may take to answer a close.
    package var closing: TimeAmount = .seconds(2)
    /// The longest header section of a handshake, in bytes.
    package var headerBytes = 16 << 10
    /// How much may wait to be sent before `isWritable` turns false.
    package var unsentBytes = 1 << 20

    /// Creates the default limits.
    package init() {}
}
