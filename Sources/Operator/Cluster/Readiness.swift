import Clocks
import ControllerRuntime

/// Whether a process knows what it needs to know, for `/readyz`.
package struct Readiness: Sendable, Hashable {
    /// One thing to know.
    package struct Check: Sendable, Hashable {
        /// What it is.
        package let name: String
        /// Why it is not known; `nil` when it is.
        package let problem: String?
    }

    /// How long a watch may be silent; API servers send a bookmark every minute or so.
    private static let patience = Duration.seconds(150)

    /// All there is to know.
    package let checks: [Check]

    /// Creates a readiness.
    init(_ checks: [Check]) {
        self.checks = checks
    }

    /// Judges what caches say of themselves.
    init(_ statuses: [(name: String, status: InformerStatus)], now: Duration) {
        self.checks = statuses.map { name, status in Check(name: name, problem: Self.problem(status, now)) }
    }

    private static func problem(_ status: InformerStatus, _ now: Duration) -> String? {
        if !status.hasSynced { return status.lastError.map { "not read yet: \($0)" } ?? "not read yet" }
        guard status.isStale(after: Self.patience, now: now) else { return nil }
        return status.lastError.map { "not heard of for a while: \($0)" } ?? "not heard of for a while"
    }

    /// The page in the manner of Kubernetes' own `/readyz?verbose`.
    var page: HealthServer.Page {
        let lines = self.checks.map { check in
            check.problem.map { "[-]\(check.name) failed: \($0)" } ?? "[+]\(check.name) ok"
        }
        let isGood = self.checks.allSatisfy { $0.problem == nil }
        return HealthServer.Page(
            isGood: isGood,
            text: (lines + ["readyz check \(isGood ? "passed" : "failed")", ""]).joined(separator: "\n")
        )
    }
}
