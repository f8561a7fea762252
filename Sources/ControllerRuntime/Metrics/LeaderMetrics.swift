import Metering

/// Whether this process leads, under client-go's name.
package enum LeaderMetrics {
    private static let status = MetricDefinition(
        "leader_election_master_status",
        .gauge,
        labels: [MetricLabel("name", .limited(10))],
        help: "Whether this process leads the lease of that name: 1, or 0 for a backup.",
        alert: MetricAlert(
            "PeerageNobodyLeads",
            when: "sum by (name) (leader_election_master_status) != 1",
            for: "2m",
            advice: "No controller leads, or two think that they do: see the Lease, and the clocks of the nodes."
        )
    )

    /// The metrics.
    package static let definitions = [status]

    /// Registers the metric of a lease.
    ///
    /// - Parameters:
    ///   - lease: The lease's name.
    ///   - registry: Where the metric is exposed.
    ///   - isLeading: Whether this process leads now.
    package static func register(
        lease: String,
        in registry: MetricsRegistry,
        isLeading: @escaping @Sendable () -> Bool
    ) {
        registry.computed(self.status) { [MetricPoint([lease], isLeading() ? 1 : 0)] }
    }
}
