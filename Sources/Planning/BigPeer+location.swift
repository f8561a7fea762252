import KubernetesModel
import PeerModel
import Resources

extension BigPeer {
    /// Where a Big Peer's REST API is, and what the peer is called there.
    package struct Location: Sendable, Hashable {
        /// The names in the paths.
        package let peer: PeerIdentity
        /// The base URL.
        package let url: String
        /// Whether the peer is one that we run: its URL may change with every start, and its names are its own.
        package let isEmbedded: Bool
        /// How long one request may take.
        package let timeout: Duration

        /// Creates a location.
        package init(peer: PeerIdentity, url: String, isEmbedded: Bool, timeout: Duration) {
            self.peer = peer
            self.url = url
            self.isEmbedded = isEmbedded
            self.timeout = timeout
        }

        /// Whether a URL from a record leads to the same server.
        ///
        /// The API has no identity of its own to go by, so the URL is the server's, unless we run the server.
        func isServer(at url: String) -> Bool {
            self.isEmbedded || self.canonicalURL == EndpointURL(url)?.canonical.description ?? url
        }

        /// The URL in the form in which it can be compared.
        var canonicalURL: String { EndpointURL(self.url)?.canonical.description ?? self.url }
    }

    /// Where the REST API is, or why that cannot be told.
    package var location: Result<Location, Obstacle> {
        self.rememberedLocation.flatMap { location in
            self.fixedFieldProblem.map { .failure(self.invalidity($0)) } ?? .success(location)
        }
    }

    /// Where the REST API is under the names by which the status remembers the peer, or why that cannot be told.
    ///
    /// What was made there must be found to be deleted, whatever an API server has let the names of the spec become.
    package var rememberedLocation: Result<Location, Obstacle> {
        if self.spec.isSuspended {
            return .failure(
                Obstacle(.suspended, "BigPeer \"\(self.key)\" is suspended; `peerage resume bigpeer` goes on")
            )
        }
        if let problem = self.specProblem ?? self.formProblem { return .failure(self.invalidity(problem)) }
        guard let location = self.supposedLocation else {
            return .failure(Obstacle(.bigPeerNotReady, "the embedded peer \"\(self.key)\" has not started yet"))
        }
        return .success(location)
    }

    /// Where the REST API is as far as anything tells, whether or not the peer may be spoken to.
    ///
    /// It serves to recognise an object, and never to ask for one.
    var supposedLocation: Location? {
        switch self.spec.form {
        case .endpoint(let endpoint):
            Location(peer: self.identity, url: endpoint.url, isEmbedded: false, timeout: endpoint.timeout)
        case .embedded:
            self.status.endpoints.api.map { url in
                Location(peer: self.identity, url: url, isEmbedded: true, timeout: BigPeerEndpoint.defaultTimeout)
            }
        }
    }

    private func invalidity(_ problem: String) -> Obstacle {
        Obstacle(.invalidSpec, "BigPeer \"\(self.key)\": \(problem)", isStalled: true)
    }

    /// What the peer is called in its REST API's paths, as the status remembers it; for an embedded one, namespace and
    /// name of the resource.
    package var identity: PeerIdentity {
        switch self.spec.form {
        case .endpoint(let endpoint):
            PeerIdentity(
                namespace: self.status.names?.namespace ?? endpoint.namespace,
                name: self.status.names?.bigPeerName ?? endpoint.bigPeerName
            )
        case .embedded: PeerIdentity(namespace: self.metadata.namespace, name: self.metadata.name)
        }
    }

    /// The address at which other peers dial one of this peer's replications.
    ///
    /// - Parameter replication: The replication's name.
    /// - Returns: `host:port`, or why there is none.
    package func replicationAddress(of replication: String) -> Result<String, Obstacle> {
        // A peer that listens on all addresses does not know by which of them others find it; its user may.
        let isNamed =
            self.spec.embedded?.listen.replication?.isWildcard == true && self.spec.replicationAddress != .standard
        if !isNamed, let address = self.status.endpoints.replication { return .success(address) }
        if !isNamed, let embedded = self.spec.embedded {
            guard embedded.listen.replication != nil else {
                return .failure(
                    Obstacle(
                        .invalidSpec,
                        "BigPeer \"\(self.key)\" has replication switched off: set spec.embedded.listen.replication",
                        isStalled: true
                    )
                )
            }
            return .failure(
                Obstacle(.awaitingConnectTo, "the embedded peer \"\(self.key)\" does not listen for replication yet")
            )
        }
        let peer = self.identity
        let address = self.spec.replicationAddress.address(
            bigPeer: peer.name,
            replication: replication,
            namespace: peer.namespace
        )
        guard let address else {
            return .failure(
                Obstacle(
                    .invalidSpec,
                    "replicationAddress of BigPeer \"\(self.key)\" gives no host:port for \"\(replication)\"",
                    isStalled: true
                )
            )
        }
        return .success(address.description)
    }
}
