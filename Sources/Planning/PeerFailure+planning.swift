import Clocks
import PeerModel
import Resources

extension PeerFailure {
    /// The reason under which a status reports this failure.
    package var reason: Reason {
        switch self.cause {
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .tls: .tlsFailed
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .rateLimited: .rateLimited
        case .serverError: .serverError
        case .invalidResponse: .invalidResponse
        case .circuitOpen: .circuitOpen
        }
    }

    var next: Outcome.Next {
        self.retryAfter.map(Outcome.Next.backOffAtLeast) ?? .backOff
    }

    /// The message, with the moment until which a peer has asked to be left alone.
    ///
    /// The moment is one of the clock and not a while, so that it stays the same from try to try.
    func message(at now: Timestamp) -> String {
        guard self.cause == .rateLimited, let wait = self.retryAfter, wait >= .seconds(1) else { return self.message }
        return "\(self.message)\(Self.holdMark)\((now + wait).rfc3339)"
    }

    /// Whether a message told of a moment that has passed.
    package static func isOver(_ message: String, at now: Timestamp) -> Bool {
        guard let mark = message.ranges(of: Self.holdMark).last else { return false }
        return Timestamp(rfc3339: String(message[mark.upperBound...])).map { $0 <= now } ?? false
    }

    private static let holdMark = "; it is asked again after "
}
