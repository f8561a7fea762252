import JSON
import KubernetesModel
import Spelling

/// The rules about topologies that no schema can say.
enum TopologyRules {
    static func problems(in new: JSONValue, since old: JSONValue?) -> [FieldProblem] {
        let spec = ReplicationTopologySpec(new["spec"])
        var problems = self.memberProblems(in: new)
        problems += self.shapeProblems(in: new, spec)
        problems += self.pairProblems(in: new, spec)
        problems += self.nameProblems(in: new, spec)
        if let old {
            let namespace = new[["metadata", "namespace"]]?.string ?? ""
            problems += self.identityProblems(spec, since: ReplicationTopologySpec(old["spec"]), in: namespace)
        }
        problems += QueryRules.problems(in: new, since: old, at: ["spec"])
        let before = old?[["spec", "members"]]?.array ?? []
        for (index, member) in (new[["spec", "members"]]?.array ?? []).enumerated() {
            let earlier = before.first { $0["bigPeerRef"] == member["bigPeerRef"] }
            problems += QueryRules.problems(in: member, since: earlier, at: [], below: self.member(index))
        }
        return problems + PolicyRules.problems(in: new)
    }

    /// The path of a member.
    static func member(_ index: Int) -> FieldPath { .spec("members").index(index) }

    // MARK: - Members

    private static func memberProblems(in object: JSONValue) -> [FieldProblem] {
        guard let members = object[["spec", "members"]]?.array else { return [] }
        let namespace = object[["metadata", "namespace"]]?.string
        var problems: [FieldProblem] = []
        if members.count < 2 {
            let count = members.isEmpty ? "no members" : "one member"
            problems.append(
                FieldProblem(
                    .invalid,
                    at: .spec("members"),
                    "has \(count), and nobody to link",
                    expected: "at least two"
                )
            )
        }
        var names: [String: Int] = [:]
        var peers: [[String?]: Int] = [:]
        for (index, member) in members.enumerated() {
            guard let peer = member[["bigPeerRef", "name"]]?.string else { continue }
            let path = self.member(index)
            let ownName = member["name"]?.text
            let place = [member[["bigPeerRef", "namespace"]]?.string ?? namespace, peer]
            if let earlier = peers[place] {
                problems.append(
                    FieldProblem(
                        .duplicate,
                        at: path.key("bigPeerRef").key("name"),
                        "is the BigPeer of member [\(earlier)] too; a Big Peer takes part once"
                    )
                )
            } else if let earlier = names[ownName ?? peer] {
                problems.append(
                    FieldProblem(
                        .duplicate,
                        at: ownName == nil ? path.key("bigPeerRef").key("name") : path.key("name"),
                        "member [\(earlier)] is called \"\(ownName ?? peer)\" already; give one of them another name"
                    )
                )
            }
            peers[place] = peers[place] ?? index
            names[ownName ?? peer] = names[ownName ?? peer] ?? index
        }
        return problems
    }

    // MARK: - Shape

    private static func shapeProblems(in object: JSONValue, _ spec: ReplicationTopologySpec) -> [FieldProblem] {
        guard let shape = object[["spec", "shape"]]?.string.flatMap(TopologyShape.init(rawValue:)) else { return [] }
        var problems: [FieldProblem] = []
        switch (shape, spec.hub) {
        case (.star, nil):
            problems.append(
                FieldProblem(.required, at: .spec("hub"), "is missing", expected: "the member that all others dial")
            )
        case (.star, let hub?):
            if let problem = self.strangerProblem(hub, at: .spec("hub"), spec) { problems.append(problem) }
        case (_, .some): problems.append(self.misplaced("hub", shape, "Star"))
        case (_, nil): break
        }
        let hasPairs = object[["spec", "pairs"]]?.array?.isEmpty == false
        if shape == .pairs, !hasPairs {
            problems.append(
                FieldProblem(.required, at: .spec("pairs"), "is missing", expected: "a list of {from, to}")
            )
        }
        if shape != .pairs, hasPairs { problems.append(self.misplaced("pairs", shape, "Pairs")) }
        return problems
    }

    private static func misplaced(_ field: String, _ shape: TopologyShape, _ owner: String) -> FieldProblem {
        FieldProblem(
            .forbidden,
            at: .spec(field),
            "stands beside shape \(shape.rawValue), which has no \(field)",
            expected: "shape \(owner)",
            part: .key
        )
    }

    private static func strangerProblem(
        _ name: String,
        at path: FieldPath,
        _ spec: ReplicationTopologySpec
    ) -> FieldProblem? {
        let names = spec.members.map(\.name)
        guard !names.contains(name) else { return nil }
        let hint = nearest(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        return FieldProblem(.invalid, at: path, "is \"\(name)\", which is no member\(hint)")
    }

    private static func pairProblems(in object: JSONValue, _ spec: ReplicationTopologySpec) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        var seen: [Set<String>: Int] = [:]
        for (index, pair) in (object[["spec", "pairs"]]?.array ?? []).enumerated() {
            guard let from = pair["from"]?.text, let to = pair["to"]?.text else { continue }
            let path = FieldPath.spec("pairs").index(index)
            problems += [
                self.strangerProblem(from, at: path.key("from"), spec),
                self.strangerProblem(to, at: path.key("to"), spec),
            ].compactMap(\.self)
            if from == to {
                problems.append(FieldProblem(.invalid, at: path.key("to"), "links the member \"\(to)\" with itself"))
            } else if let earlier = seen[[from, to]] {
                // The same direction twice is for the schema to say.
                guard spec.pairs[earlier].from == to else { continue }
                problems.append(
                    FieldProblem(
                        .duplicate,
                        at: path,
                        "links the members of element [\(earlier)] once more; one connection carries both directions"
                    )
                )
            } else {
                seen[[from, to]] = index
            }
        }
        return problems
    }

    // MARK: - Names and identity

    /// Two sides with one name: all but impossible, and a link less if it happened.
    private static func nameProblems(in object: JSONValue, _ spec: ReplicationTopologySpec) -> [FieldProblem] {
        guard let topology = object[["metadata", "name"]]?.string, !topology.isEmpty else { return [] }
        let members = spec.members.prefix(ReplicationTopologySpec.maximumMembers)
        var seen: [String: (String, String)] = [:]
        for (index, member) in members.enumerated() {
            let room = ReplicationAddressTemplate.standardNamesMaximum - member.bigPeer.name.utf8.count
            for other in members where other.name != member.name {
                let name = TopologyName.name(of: topology, on: member.name, towards: other.name, room: room)
                guard let (first, second) = seen.updateValue((member.name, other.name), forKey: name) else { continue }
                guard (first, second) != (member.name, other.name) else { continue }
                return [
                    FieldProblem(
                        .invalid,
                        at: self.member(index),
                        "would get a replication \"\(name)\" towards \"\(other.name)\", and so would \"\(first)\" towards "
                            + "\"\(second)\"; give the member another name"
                    )
                ]
            }
        }
        return []
    }

    /// A member stays the app of the Big Peer that it is: its replications are named after it.
    private static func identityProblems(
        _ new: ReplicationTopologySpec,
        since old: ReplicationTopologySpec,
        in namespace: String
    ) -> [FieldProblem] {
        let before = Dictionary(old.members.map { ($0.name, $0) }) { first, _ in first }
        var problems: [FieldProblem] = []
        for (index, member) in new.members.enumerated() {
            guard let earlier = before[member.name] else { continue }
            let advice = "; take the member \"\(member.name)\" out first, or give this one another name"
            if earlier.bigPeer.key(from: namespace) != member.bigPeer.key(from: namespace) {
                problems.append(
                    FieldProblem(
                        .immutable,
                        at: self.member(index).key("bigPeerRef"),
                        "was BigPeer \"\(earlier.bigPeer.name)\" and cannot become another\(advice)"
                    )
                )
            }
            // A change of spec.app is told there.
            if earlier.app != member.app, old.app == new.app {
                problems.append(
                    FieldProblem(
                        .immutable,
                        at: self.member(index).key("app"),
                        "was \"\(earlier.app)\" and cannot become \"\(member.app)\"\(advice)"
                    )
                )
            }
        }
        return problems
    }
}
