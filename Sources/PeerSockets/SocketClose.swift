/// Why a connection ends: the code and the sentence of a close frame (RFC 6455 §7.4).
package struct SocketClose: Error, Sendable, Hashable, CustomStringConvertible {
    /// The number that says what sort of reason it is.
    package let code: UInt16
    /// The reason in words, 123 bytes of UTF-8 at most.
    package let reason: String

    /// Creates a reason; one that is too long is cut.
    package init(code: UInt16, reason: String) {
        self.code = code
        var reason = reason
        while reason.utf8.count > FrameHeader.maximumControlLength - 2 { reason.removeLast() }
        self.reason = reason
    }

    /// All is done (1000).
    package static func normal(_ reason: String) -> SocketClose { SocketClose(code: 1000, reason: reason) }
    /// This end goes away (1001).
    package static func goingAway(_ reason: String) -> SocketClose { SocketClose(code: 1001, reason: reason) }
    /// The other end broke the rules of the protocol (1002).
    package static func protocolError(_ reason: String) -> SocketClose { SocketClose(code: 1002, reason: reason) }
    /// A sort of message that nobody here understands (1003).
    package static func unacceptable(_ reason: String) -> SocketClose { SocketClose(code: 1003, reason: reason) }
    /// Text that is not UTF-8 (1007).
    package static func invalidText(_ reason: String) -> SocketClose { SocketClose(code: 1007, reason: reason) }
    /// The other end did what it may not (1008).
    package static func policy(_ reason: String) -> SocketClose { SocketClose(code: 1008, reason: reason) }
    /// A message beyond the limit (1009).
    package static func tooLarge(_ reason: String) -> SocketClose { SocketClose(code: 1009, reason: reason) }
    /// This end failed (1011).
    package static func failed(_ reason: String) -> SocketClose { SocketClose(code: 1011, reason: reason) }
    /// No close frame came; never sent (1006).
    package static func lost(_ reason: String) -> SocketClose { SocketClose(code: 1006, reason: reason) }

    /// Whether a close frame may carry the code (RFC 6455 §7.4.1, §7.4.2).
    static func isLegal(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// `1002: the reason`.
    package var description: String { self.reason.isEmpty ? "\(self.code)" : "\(self.code): \(self.reason)" }
}
