import JSON
import KubernetesModel
import Spelling

/// The kinds that manifests may hold.
package enum KnownKinds {
    /// Ours, and the few of Kubernetes that ours need.
    package static let definitions = PeerageAPI.definitions + [.secret, .configMap, .namespace]

    private static let byKind = Dictionary(uniqueKeysWithValues: definitions.map { ($0.kind.kind, $0) })

    /// The definition of the kind that an object says it is, or what is wrong with its `apiVersion` and `kind`.
    package static func definition(of object: JSONValue) -> Result<KindDefinition, InvalidResource> {
        var problems: [FieldProblem] = []
        let apiVersion = self.text("apiVersion", of: object, into: &problems)
        let kind = self.text("kind", of: object, into: &problems)
        guard let apiVersion, let kind else { return .failure(InvalidResource(problems)) }
        guard let definition = self.byKind[kind] else {
            return .failure(InvalidResource(self.unknown(kind: kind, apiVersion: apiVersion)))
        }
        guard definition.kind.apiVersion == apiVersion else {
            let problem = FieldProblem(
                .notSupported,
                at: FieldPath([.key("apiVersion")]),
                "is \(JSONValue.string(apiVersion).brief)",
                expected: "\"\(definition.kind.apiVersion)\" for kind \(kind)"
            )
            return .failure(InvalidResource([problem]))
        }
        return .success(definition)
    }

    /// The definition of an object's kind, if it is a known one.
    package static func definition(of object: Object) -> KindDefinition? {
        guard let found = self.byKind[object.kind], found.kind.apiVersion == object.apiVersion else { return nil }
        return found
    }

    /// The definition of a kind.
    static func definition(named kind: String) -> KindDefinition? { self.byKind[kind] }

    private static func text(_ name: String, of object: JSONValue, into problems: inout [FieldProblem]) -> String? {
        let path = FieldPath([.key(name)])
        switch object[name] {
        case .string(let text) where !text.isEmpty: return text
        case nil, .null, .string: problems.append(FieldProblem(.required, at: path, "is missing", expected: "a string"))
        case let other?:
            problems.append(FieldProblem(.typeInvalid, at: path, "is \(other.shown)", expected: "a string"))
        }
        return nil
    }

    /// What is wrong with an object of a kind that is not known: perhaps its `apiVersion`, too.
    private static func unknown(kind: String, apiVersion: String) -> [FieldProblem] {
        let names = self.definitions.map(\.kind.kind)
        let meant = nearest(to: kind, among: names)
        let versions = Set(self.definitions.map(\.kind.apiVersion)).sorted(by: >)
        let ownVersion = meant.flatMap { self.byKind[$0]?.kind.apiVersion }
        var problems: [FieldProblem] = []
        if !versions.contains(apiVersion) {
            let hint = ownVersion == nil ? nearest(to: apiVersion, among: versions) : nil
            let question = hint.map { "; did you mean \"\($0)\"?" } ?? ""
            problems.append(
                FieldProblem(
                    .notSupported,
                    at: FieldPath([.key("apiVersion")]),
                    "is \(JSONValue.string(apiVersion).brief), which Peerage does not know\(question)",
                    expected: ownVersion.map { "\"\($0)\"" } ?? "one of \(versions.joined(separator: ", "))"
                )
            )
        }
        let hint = meant.map { "; did you mean \"\($0)\"?" } ?? ""
        let problem = FieldProblem(
            .notSupported,
            at: FieldPath([.key("kind")]),
            "is \(JSONValue.string(kind).brief), which Peerage does not know\(hint)",
            expected: "one of \(names.joined(separator: ", "))"
        )
        return problems + [problem]
    }
}
