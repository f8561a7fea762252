import Synchronization

/// The token that is asked for now; it can be exchanged while the peer runs.
final class TokenBox: Sendable {
    private let token: Mutex<AccessToken?>

    init(_ token: AccessToken?) {
        self.token = Mutex(token)
    }

    var current: AccessToken? {
        get { self.token.withLock { $0 } }
        set { self.token.withLock { $0 = newValue } }
    }
}
