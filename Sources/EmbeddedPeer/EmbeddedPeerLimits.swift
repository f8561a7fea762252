/// How much a client may ask of an embedded Big Peer.
package struct EmbeddedPeerLimits: Sendable, Hashable {
    /// The longest request body, in bytes; a longer one is answered 413.
    package var bodyBytes = 1 << 20
    /// The longest body of a request to the data API, in bytes: a document may have 4 MiB, and a statement several.
    package var statementBytes = 16 << 20
    /// How deep objects and arrays of a body may nest.
    package var bodyDepth = 32
    /// The same for the data API: a document may be 64 deep, inside an argument of a statement.
    package var statementDepth = 72
    /// The longest header section of a request, in bytes.
    package var headerBytes = 32 << 10
    /// How many header fields a request may have.
    package var headerFields = 100
    /// How many connections are served at once; later ones wait in the listener's queue.
    package var connections = 1_024
    /// After how long without a request a connection is closed.
    package var idleTimeout: Duration = .seconds(30)

    /// Creates the default limits.
    package init() {}
}
