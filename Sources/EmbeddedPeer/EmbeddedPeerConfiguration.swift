import PeerModel

/// What an embedded Big Peer is told at its start.
package struct EmbeddedPeerConfiguration: Sendable {
    /// Where the peer keeps its apps and replications.
    package enum Storage: Sendable, Hashable {
        /// In memory only: gone when the peer stops.
        case ephemeral
        /// In an SQLite file inside this directory, which belongs to this peer alone.
        case directory(String)
    }

    /// The two path segments that name the peer; both are DNS labels.
    package var identity: PeerIdentity
    /// Where the peer keeps what it holds.
    package var storage: Storage
    /// Where the REST API listens.
    package var listen: ListenAddress
    /// What clients must show, if anything.
    package var token: AccessToken?
    /// How much a client may ask for.
    package var limits: EmbeddedPeerLimits

    /// Creates a configuration.
    package init(
        identity: PeerIdentity,
        storage: Storage,
        listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 0),
        token: AccessToken? = nil,
        limits: EmbeddedPeerLimits = EmbeddedPeerLimits()
    ) {
        self.identity = identity
        self.storage = storage
        self.listen = listen
        self.token = token
        self.limits = limits
    }

    /// Refuses what cannot work or would be unsafe.
    func validate() throws(EmbeddedPeerError) {
        for (field, value) in [("namespace", self.identity.namespace), ("name", self.identity.name)] {
            if let problem = DNSLabel.problem(in: value) {
                throw .invalidName(field: field, value: value, problem: problem)
            }
        }
        guard (0...65_535).contains(self.listen.port) else {
            throw .invalidAddress(self.listen.description, "the port must be a number from 0 to 65535")
        }
        guard self.token != nil || self.listen.isLoopback else { throw .tokenRequired(self.listen) }
    }
}
