/// What the checks of an endpoint say, as a Kubernetes API server says it.
///
/// Source: `k8s.io/apiserver/pkg/server/healthz/healthz.go`.
struct HealthReport: Sendable {
    private enum Finding {
        case well
        case ill
        case excluded
    }

    private let endpoint: HealthEndpoint
    private let findings: [(name: String, finding: Finding)]
    private let unknownExclusions: [String]

    /// Asks all checks of an endpoint, but for those that the client excludes.
    init(_ endpoint: HealthEndpoint, _ checks: [HealthCheck], excluding excluded: [String]) async {
        var findings: [(name: String, finding: Finding)] = []
        for check in checks where check.endpoints.contains(endpoint) {
            if excluded.contains(check.name) {
                findings.append((check.name, .excluded))
            } else {
                let isWell = await check.isWell()
                findings.append((check.name, isWell ? .well : .ill))
            }
        }
        self.endpoint = endpoint
        self.findings = findings
        self.unknownExclusions = excluded.filter { name in !findings.contains { $0.name == name } }
    }

    /// Whether everything that was asked is well.
    var isWell: Bool { self.findings.allSatisfy { $0.finding != .ill } }

    /// The text of the answer; what is wrong is always told in full.
    func text(isVerbose: Bool) -> String {
        if self.isWell, !isVerbose { return "ok" }
        var lines = self.findings.map { name, finding in
            switch finding {
            case .well: "[+]\(name) ok"
            case .excluded: "[+]\(name) excluded: ok"
            case .ill: "[-]\(name) failed: reason withheld"
            }
        }
        if !self.unknownExclusions.isEmpty {
            let names = self.unknownExclusions.map { "\"\($0)\"" }.joined(separator: ",")
            lines.append("warn: some health checks cannot be excluded: no matches for \(names)")
        }
        lines.append("\(self.endpoint.rawValue) check \(self.isWell ? "passed" : "failed")")
        return lines.joined(separator: "\n") + "\n"
    }
}
