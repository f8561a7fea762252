import JSON
import KubernetesModel

/// What may stand in the `metadata` of the kinds that have no definition of ours.
enum MetadataRules {
    private static let path = FieldPath([.key("metadata")])

    /// Finds what is wrong.
    static func problems(in object: JSONValue, of kind: ResourceKind) -> [FieldProblem] {
        guard var metadata = object["metadata"]?.object else {
            let words = object["metadata"].map { "is \($0.sort)" } ?? "is missing"
            return [FieldProblem(.required, at: Self.path, words, expected: "an object with a name")]
        }
        var problems: [FieldProblem] = []
        let name = metadata["name"]
        let isNamed = [name, metadata["generateName"]].contains { !($0?.string ?? "").isEmpty }
        if !isNamed {
            let message = "name or generateName is required"
            problems.append(FieldProblem(.required, at: Self.path.key("name"), message))
        }
        // Secrets, ConfigMaps and Events may have dots in their names, what else there is may not.
        if kind.isNamespaced, let text = name?.string {
            metadata["name"] = nil
            if let message = text.isEmpty ? nil : Self.subdomainProblem(in: text) {
                problems.append(FieldProblem(.invalid, at: Self.path.key("name"), message))
            }
        }
        return problems + Schema.objectMeta.problems(in: .object(metadata), at: Self.path)
    }

    private static func subdomainProblem(in text: String) -> String? {
        guard text.utf8.count <= 253 else { return "has \(text.utf8.count) characters, and at most 253 are allowed" }
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            if let problem = DNSLabel.problem(in: String(label)) { return "has a part between dots that \(problem)" }
        }
        return nil
    }
}
