/// What a Big Peer answered, or why there is no answer to go by.
package enum PeerResponse: Sendable, Hashable {
    /// The object as the peer holds it now.
    case found(PeerObject)
    /// All apps.
    case apps([PeerApp])
    /// Done; the peer said nothing about the object.
    case done
    /// Not there.
    case absent(AbsentPart)
    /// A replication of that name exists, under another app of the namespace (400 `AppNameMismatch`).
    case takenByOtherApp
    /// The peer refused to create what exists (409, or a 400 that says so).
    case alreadyExists(String)
    /// The peer understood and refused: asking again changes nothing.
    case refused(code: Int, message: String)
    /// No usable answer: asking again may help.
    case failed(PeerFailure)
}

/// Which part of a path was not there.
package enum AbsentPart: Sendable, Hashable {
    /// The Big Peer.
    case bigPeer
    /// The app.
    case app
    /// The object that the path names.
    case object
    /// The answer does not say: it may be another server's than the API's.
    case unnamed
}

/// Why a Big Peer gave no usable answer.
package struct PeerFailure: Sendable, Hashable {
    /// The closed list of causes.
    package enum Cause: Sendable, Hashable {
        /// Nothing listens, the name does not resolve, or the connection broke.
        case unreachable
        /// No answer in time.
        case timedOut
        /// The certificate was not accepted, by either side.
        case tls
        /// 401.
        case unauthorized
        /// 403.
        case forbidden
        /// 429.
        case rateLimited
        /// 5xx.
        case serverError
        /// An answer that is not the API's: HTML, broken JSON, another object's name.
        case invalidResponse
        /// Not sent, because the host has failed too often.
        case circuitOpen
    }

    /// The cause.
    package let cause: Cause
    /// What happened, for a person.
    package let message: String
    /// How long the peer asks us to stay away.
    package let retryAfter: Duration?
    /// Whether the peer may have carried the call out all the same.
    package let mayHaveBeenApplied: Bool

    /// Creates a failure.
    package init(_ cause: Cause, _ message: String, retryAfter: Duration? = nil, mayHaveBeenApplied: Bool = false) {
        self.cause = cause
        self.message = message
        self.retryAfter = retryAfter
        self.mayHaveBeenApplied = mayHaveBeenApplied
    }
}
