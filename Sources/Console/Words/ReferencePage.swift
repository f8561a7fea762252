import JSON
import KubernetesModel
import Resources

/// The reference page of the documentation: every field of every kind, and every reason, from the schemas themselves.
package enum ReferencePage {
    /// The page as Markdown.
    package static func text(of definitions: [KindDefinition]) -> String {
        let head = """
            # Resources, field by field

            This page is made by `make docs` from the schemas in the program (`peerage schema markdown`).

            Every kind is `apiVersion: \(PeerageAPI.apiVersion)`, namespaced, and in the category `\(PeerageAPI.category)`.

            """
        return ([head] + definitions.map(self.section) + [self.reasons]).joined(separator: "\n")
    }

    private static func section(of definition: KindDefinition) -> String {
        let schema = definition.schema.openAPI
        let short = definition.kind.shortNames.map { "`\($0)`" }.joined(separator: ", ")
        var rows: [String] = []
        for part in ["spec", "status"] {
            guard let schema = schema["properties"]?[part] else { continue }
            self.addRows(of: schema, path: part, isRequired: false, to: &rows)
        }
        return """
            ## \(definition.kind.kind)

            \(schema["description"]?.string ?? "") Short name \(short).

            | field | type | meaning |
            |---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }

    private static func addRows(of schema: JSONValue, path: String, isRequired: Bool, to rows: inout [String]) {
        let meaning = self.escaped(schema["description"]?.string ?? "")
        rows.append("| `\(path)` | \(self.type(of: schema))\(isRequired ? ", required" : "") | \(meaning) |")
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        for member in schema["properties"]?.object?.members ?? [] {
            self.addRows(
                of: member.value,
                path: "\(path).\(member.key)",
                isRequired: required.contains(member.key),
                to: &rows
            )
        }
        if let items = schema["items"], items["properties"] != nil {
            let required = Set((items["required"]?.array ?? []).compactMap(\.string))
            for member in items["properties"]?.object?.members ?? [] {
                self.addRows(
                    of: member.value,
                    path: "\(path)[].\(member.key)",
                    isRequired: required.contains(member.key),
                    to: &rows
                )
            }
        }
    }

    private static func type(of schema: JSONValue) -> String {
        if let words = schema["enum"]?.array {
            return words.compactMap(\.string).map { "`\($0)`" }.joined(separator: " \\| ")
        }
        switch schema["type"]?.string {
        case "array": return "list of \(schema["items"].map(self.type) ?? "anything")"
        case "object":
            if let values = schema["additionalProperties"], values.object != nil {
                return "map to \(self.type(of: values))"
            }
            return "object"
        case let type?: return type
        case nil: return "anything"
        }
    }

    private static var reasons: String {
        let rows = Reason.allCases.map { "| `\($0.rawValue)` | \(self.escaped($0.sentence)) |" }
        return """
            ## Reasons

            The closed vocabulary of conditions, events and metric labels.

            | reason | meaning |
            |---|---|
            \(rows.joined(separator: "\n"))

            """
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if character == "|" { result += "\\|" } else { result.append(character == "\n" ? " " : character) }
        }
        return result
    }
}
