/// One thing that must be well for the server to be well.
package struct HealthCheck: Sendable {
    /// The name in `/livez/{name}` and in verbose answers.
    let name: String
    /// Which endpoints ask for it.
    let endpoints: Set<HealthEndpoint>
    /// Whether it is well.
    let isWell: @Sendable () async -> Bool

    /// Creates a check.
    ///
    /// - Parameters:
    ///   - name: The name in `/livez/{name}` and in verbose answers.
    ///   - endpoints: Which endpoints ask for it.
    ///   - isWell: Whether it is well.
    package init(
        _ name: String,
        endpoints: Set<HealthEndpoint> = Set(HealthEndpoint.allCases),
        isWell: @escaping @Sendable () async -> Bool
    ) {
        self.name = name
        self.endpoints = endpoints
        self.isWell = isWell
    }
}

/// The questions that probes ask.
package enum HealthEndpoint: String, Sendable, Hashable, CaseIterable {
    /// Whether the process should go on.
    case livez
    /// Whether clients should be sent here.
    case readyz
    /// Both, as it was before there were two.
    case healthz
}
