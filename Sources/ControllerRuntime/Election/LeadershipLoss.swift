import Clocks

/// Why a process leads no longer without having wanted to.
///
/// The process should exit, with a code that is not zero: it cannot know what it missed.
package enum LeadershipLoss: Error, Sendable, Hashable {
    /// The lease could not be renewed in time.
    case expired(after: Duration, lastError: String)
    /// Somebody else holds the lease.
    case taken(by: String)
}

extension LeadershipLoss: CustomStringConvertible {
    /// What happened.
    package var description: String {
        switch self {
        case .expired(let time, let error): "the lease could not be renewed for \(time.goText): \(error)"
        case .taken(let holder): "the lease was taken by \(holder)"
        }
    }
}
