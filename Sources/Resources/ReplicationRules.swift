import JSON
import KubernetesModel

/// The rules about replications that no schema can say.
enum ReplicationRules {
    static func problems(in new: JSONValue, since old: JSONValue?) -> [FieldProblem] {
        self.connectToProblems(in: new)
            + QueryRules.problems(in: new, since: old, at: ["spec"])
            + PolicyRules.problems(in: new)
            + UnusedFields.problems(in: new, of: .bigPeerReplication)
    }

    /// Says whether the vendor's Service for a replication has a name that is too long.
    ///
    /// - Parameters:
    ///   - bigPeer: What the Big Peer is called in REST paths.
    ///   - replication: The replication's name.
    ///   - severity: An error where the Big Peer is known, a warning where its name is only likely.
    /// - Returns: The problem, if there is one.
    static func serviceNameProblem(
        bigPeer: String,
        replication: String,
        severity: FieldProblem.Severity
    ) -> FieldProblem? {
        let count = bigPeer.utf8.count + replication.utf8.count
        let maximum = ReplicationAddressTemplate.standardNamesMaximum
        guard count > maximum else { return nil }
        return FieldProblem(
            .tooLong,
            at: .name,
            "has \(replication.utf8.count) characters, and with the \(bigPeer.utf8.count) of the Big Peer's name "
                + "\"\(bigPeer)\" the Service ditto-\(bigPeer)-replication-\(replication) would have more than 63",
            expected: "at most \(max(maximum - bigPeer.utf8.count, 0)) characters here",
            severity: severity
        )
    }

    private static func connectToProblems(in object: JSONValue) -> [FieldProblem] {
        let path = FieldPath.spec("connectTo")
        let namespace = object[["metadata", "namespace"]]?.string
        let name = object[["metadata", "name"]]?.string
        var problems: [FieldProblem] = []
        var seen: [[String?]: Int] = [:]
        for (index, target) in (object[["spec", "connectTo"]]?.array ?? []).enumerated() {
            guard let bigPeer = target[["bigPeerRef", "name"]]?.string, let other = target["replication"]?.string else {
                continue
            }
            let otherNamespace = target[["bigPeerRef", "namespace"]]?.string ?? namespace
            if other == name, otherNamespace == namespace {
                problems.append(
                    FieldProblem(.invalid, at: path.index(index).key("replication"), "names this very replication")
                )
            }
            if let earlier = seen.updateValue(index, forKey: [otherNamespace, bigPeer, other]) {
                problems.append(
                    FieldProblem(
                        .duplicate,
                        at: path.index(index),
                        "names the same replication as element [\(earlier)]"
                    )
                )
            }
        }
        return problems
    }
}
