import Metering
import Planning
import Resources

/// How the embedded peers of this process are.
enum PeerMetrics {
    static let peers = MetricDefinition(
        "peerage_embedded_peers",
        .gauge,
        help: "How many embedded Big Peers listen in this process."
    )
    static let links = MetricDefinition(
        "peerage_replication_links",
        .gauge,
        labels: [MetricLabel("state", .closed(ReplicationSession.State.allCases.map(\.rawValue)))],
        help: "How many links with other peers the embedded peers of this process have or try to have, by their state.",
        alert: MetricAlert(
            "PeerageReplicationLinkDown",
            when: "sum by (state) (peerage_replication_links{state=~\"Connecting|Failed\"}) > 0",
            for: "15m",
            advice: "Peers do not reach one another; the condition Replicating (`peerage status`) names the address "
                + "and what went wrong."
        )
    )
    static let lag = MetricDefinition(
        "peerage_replication_lag_changes",
        .gauge,
        help: "How many changes other peers are known to have that have not come yet, over all links and collections; "
            + "up to ten seconds old."
    )

    /// The metrics.
    static let definitions = [peers, links, lag]
}

extension OperatorMetrics {
    /// Exposes what the embedded peers of this process measure.
    func watch(_ watch: ReplicationWatch) {
        self.registry.computed(PeerMetrics.peers) { [MetricPoint([], Double(watch.peerCount))] }
        self.registry.computed(PeerMetrics.links) {
            let counts = watch.links.reduce(into: [:]) { $0[$1.session.state, default: 0] += 1 }
            return ReplicationSession.State.allCases.map { MetricPoint([$0.rawValue], Double(counts[$0] ?? 0)) }
        }
        self.registry.computed(PeerMetrics.lag) {
            let lags = watch.links.flatMap(\.session.collections).compactMap(\.lagChanges)
            return [MetricPoint([], lags.reduce(0) { $0 + Double($1) })]
        }
    }
}
