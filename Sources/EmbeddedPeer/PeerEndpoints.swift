/// Where a running peer can be reached.
package struct PeerEndpoints: Sendable, Hashable {
    /// The REST API.
    package var api: ListenAddress
    /// Replication with other peers; `nil` when it is off.
    package var replication: ListenAddress?
    /// The HTTP data API; `nil` when it is off.
    package var data: ListenAddress?

    /// Creates endpoints.
    package init(api: ListenAddress, replication: ListenAddress? = nil, data: ListenAddress? = nil) {
        self.api = api
        self.replication = replication
        self.data = data
    }
}
