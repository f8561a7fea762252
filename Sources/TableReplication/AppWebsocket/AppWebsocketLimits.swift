/// What a connection may measure.
package enum AppWebsocketLimits {
    /// The payload of a frame: "#define WEBSOCKET_MAX_PAYLOAD_SIZE 16384" (innovaphone SDK, `websocket_client.h`).
    package static let foreignFrameBytes = 16_384
    /// A message: "#define WS_MAX_DATA_SIZE 65535" (innovaphone SDK, `webserver_plugin.h`).
    package static let foreignMessageBytes = 65_535
    /// The payload of a frame between our own peers.
    package static let ownFrameBytes = 1_024 * 1_024
    /// A message between our own peers: a merged document of 8 MiB with as many bytes of stamps, and room around it.
    package static let ownMessageBytes = 20 * 1_024 * 1_024
    /// The characters of a challenge, at most 16 (innovaphone SDK, AppWebsocket).
    static let challengeCharacters = 16
    /// The text of an `src` or `api` that is sent back.
    static let echoBytes = 1_024
    /// Messages of no use that a connection may send before its login.
    static let strayMessages = 32
    /// Wrong logins on one connection.
    static let loginAttempts = 3
    /// How long an answer to a wrong login is held back.
    static let refusalDelay = Duration.seconds(1)
    /// How long a connection may take to log in.
    static let loginTime = Duration.seconds(30)
}

/// How the socket must cut what it sends, and what it may take; asked for per link, as it changes with the login.
package struct LinkPolicy: Hashable, Sendable {
    /// The longest payload of one frame; longer messages go out in fragments.
    package let maximumFrameBytes: Int
    /// The longest message that may arrive, all its fragments together.
    package let maximumMessageBytes: Int

    /// For a side that is not ours, or not known yet.
    package static let foreign = LinkPolicy(
        maximumFrameBytes: AppWebsocketLimits.foreignFrameBytes,
        maximumMessageBytes: AppWebsocketLimits.foreignMessageBytes
    )
    /// For a peer of ours that has logged in.
    package static let own = LinkPolicy(
        maximumFrameBytes: AppWebsocketLimits.ownFrameBytes,
        maximumMessageBytes: AppWebsocketLimits.ownMessageBytes
    )

    /// The ranges of a message of a length that go out as one frame each; one empty range for an empty message.
    package func frames(messageBytes count: Int) -> [Range<Int>] {
        guard count > self.maximumFrameBytes else { return [0..<max(0, count)] }
        return stride(from: 0, to: count, by: self.maximumFrameBytes).map {
            $0..<min(count, $0 + self.maximumFrameBytes)
        }
    }
}
