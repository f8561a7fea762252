import Clocks
import ControllerRuntime
import KubernetesModel

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

    /// What is wrong, with the sort of the last error and not its words.
    ///
    /// Anybody may ask for the page, and an error may quote a credential plug-in. The words are in the log.
    private static func problem(_ status: InformerStatus, _ now: Duration) -> String? {
        let reason = status.lastReason.map { ": \($0.rawValue)" } ?? ""
        if !status.hasSynced { return "not read yet\(reason)" }
        return status.isStale(after: Self.patience, now: now) ? "not heard of for a while\(reason)" : nil
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
