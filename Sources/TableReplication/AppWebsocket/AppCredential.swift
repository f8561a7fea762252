/// What a login is checked against: one app of this peer.
package struct AppCredential: Hashable, Sendable {
    /// The app's id.
    package let appId: String
    /// The app's name, by which a client may call it as well.
    package let appName: String
    /// The password; never logged, never in status.
    package let password: String
    /// What this peer tells of itself.
    package let identity: PeerIdentity

    /// Creates a credential.
    package init(appId: String, appName: String, password: String, identity: PeerIdentity) {
        self.appId = appId
        self.appName = appName
        self.password = password
        self.identity = identity
    }
}
