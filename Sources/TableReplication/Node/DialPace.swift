import Clocks

/// How fast a node dials, all apps together: thousands of addresses must not take all sockets, or a processor for
/// themselves.
struct DialPace: Sendable {
    /// Connections that are being made at a time; each takes a socket.
    private static let maximumConnecting = 256
    /// Dials in one beat: five hundred a second.
    private static let maximumDials = 50
    private static let beat = Duration.milliseconds(100)

    /// How many links wait for their connection.
    private var connecting = 0
    private var beatBegan = Duration.zero
    private var dials = 0

    /// Takes a place for a dial.
    ///
    /// - Parameter now: The steady clock's time.
    /// - Returns: When to ask again; `nil` when the dial may go.
    mutating func hold(at now: Duration) -> Duration? {
        if now - self.beatBegan >= Self.beat { (self.beatBegan, self.dials) = (now, 0) }
        guard self.connecting < Self.maximumConnecting, self.dials < Self.maximumDials else {
            return self.beatBegan + Self.beat
        }
        self.connecting += 1
        self.dials += 1
        return nil
    }

    /// A connection was made, or will not be.
    mutating func settled() { self.connecting -= 1 }
}
