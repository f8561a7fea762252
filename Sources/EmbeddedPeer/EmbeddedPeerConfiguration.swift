import PeerModel
import PeerSockets

/// What an embedded Big Peer is told at its start.
package struct EmbeddedPeerConfiguration: Sendable {
    /// Where the peer keeps its apps and replications.
    package enum Storage: Sendable, Hashable {
        /// In memory only: gone when the peer stops.
        case ephemeral
        /// In an SQLite file inside this directory, which belongs to this peer alone.
        case directory(String)
    }

    /// How the peer replicates with others.
    package struct Replication: Sendable {
        /// Where it listens for them; `nil` for nowhere, which leaves it to dial.
        package var listen: ListenAddress?
        /// What both sides of a link must know, by the app's name.
        ///
        /// An app without one takes its id, which is no secret, or does not replicate when other machines can reach
        /// the listener.
        package var passwords: [String: String] = [:]
        /// What the listener needs to speak TLS; `nil` speaks plainly.
        package var serverTLS: ServerTLS?
        /// What diallers need to speak TLS; `nil` speaks plainly.
        package var clientTLS: ClientTLS?
        /// How long the marks of deleted documents are kept.
        package var tombstoneRetention = Duration.seconds(7 * 24 * 3_600)

        /// Creates the configuration of a peer that only this machine's peers reach.
        package init(listen: ListenAddress? = .anyOnLoopback) {
            self.listen = listen
        }

        /// Speaks TLS, on both ends of links.
        ///
        /// - Parameters:
        ///   - certificatePEM: The peer's certificate, shown when dialling as well.
        ///   - keyPEM: Its key.
        ///   - authorityPEM: Who must have signed the certificates of others; `nil` asks no certificate of who dials
        ///     in, and trusts whom the system trusts where it dials.
        /// - Throws: `EmbeddedPeerError.unusableCertificate`.
        package mutating func secure(
            certificatePEM: [UInt8],
            keyPEM: [UInt8],
            authorityPEM: [UInt8]?
        ) throws(EmbeddedPeerError) {
            do {
                self.serverTLS = try ServerTLS(
                    certificatePEM: certificatePEM,
                    keyPEM: keyPEM,
                    clientAuthorityPEM: authorityPEM
                )
                self.clientTLS = try ClientTLS(
                    authorityPEM: authorityPEM,
                    certificatePEM: certificatePEM,
                    keyPEM: keyPEM
                )
            } catch {
                throw .unusableCertificate("\(error)")
            }
        }
    }

    /// The two path segments that name the peer; both are DNS labels.
    package var identity: PeerIdentity
    /// Where the peer keeps what it holds.
    package var storage: Storage
    /// Where the REST API listens.
    package var listen: ListenAddress
    /// Where the HTTP data API listens; `nil` for nowhere.
    package var data: ListenAddress?
    /// How the peer replicates with others.
    package var replication: Replication
    /// What clients must show, if anything.
    package var token: AccessToken?
    /// How much a client may ask for.
    package var limits: EmbeddedPeerLimits

    /// Creates a configuration.
    package init(
        identity: PeerIdentity,
        storage: Storage,
        listen: ListenAddress = .anyOnLoopback,
        data: ListenAddress? = .anyOnLoopback,
        replication: Replication = Replication(),
        token: AccessToken? = nil,
        limits: EmbeddedPeerLimits = EmbeddedPeerLimits()
    ) {
        self.identity = identity
        self.storage = storage
        self.listen = listen
        self.data = data
        self.replication = replication
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
        for address in [self.listen, self.data, self.replication.listen].compactMap(\.self) {
            guard (0...65_535).contains(address.port) else {
                throw .invalidAddress(address.description, "the port must be a number from 0 to 65535")
            }
        }
        for address in self.guarded where !address.isLoopback && self.token == nil { throw .tokenRequired(address) }
        if let address = self.replication.listen, !address.isLoopback,
            self.replication.passwords.isEmpty || self.replication.serverTLS == nil
        {
            throw .replicationUnguarded(address)
        }
    }

    /// The listeners that ask for the token.
    var guarded: [ListenAddress] { [self.listen, self.data].compactMap(\.self) }
}
