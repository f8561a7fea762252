import JSON
import KubernetesModel

/// Diagnostics as a SARIF 2.1.0 log (OASIS, "Static Analysis Results Interchange Format").
enum SARIF {
    static func log(of diagnostics: [Diagnostic], version: String) -> JSONValue {
        let rules = Diagnostic.Rule.all
        let indices = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1, $0) })
        let driver: JSONValue = [
            "name": "peerage",
            "version": .string(version),
            "rules": .array(
                rules.map { ["id": .string($0.id), "shortDescription": ["text": .string($0.sentence)]] }
            ),
        ]
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver],
                    "columnKind": "unicodeCodePoints",
                    "results": .array(diagnostics.map { self.result($0, ruleIndex: indices[$0.rule] ?? -1) }),
                ]
            ],
        ]
    }

    private static func result(_ diagnostic: Diagnostic, ruleIndex: Int) -> JSONValue {
        let field = diagnostic.path.components.isEmpty ? "" : "\(diagnostic.path): "
        let location: JSONValue = [
            "physicalLocation": [
                "artifactLocation": ["uri": .string(self.uri(of: diagnostic.file))],
                "region": [
                    "startLine": .integer(Int64(diagnostic.line)),
                    "startColumn": .integer(Int64(diagnostic.column)),
                ],
            ]
        ]
        return [
            "ruleId": .string(diagnostic.rule.id),
            "ruleIndex": .integer(Int64(ruleIndex)),
            "level": .string(diagnostic.severity.rawValue),
            "message": ["text": .string(field + diagnostic.message)],
            "locations": [location],
        ]
    }

    /// The file's name as a URI reference (RFC 3986): relative names stay relative.
    private static func uri(of file: String) -> String {
        var uri = file.hasPrefix("/") ? "file://" : ""
        for byte in file.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~/".contains(character) {
                uri.append(character)
            } else {
                uri += byte < 16 ? "%0" : "%"
                uri += String(byte, radix: 16, uppercase: true)
            }
        }
        return uri
    }
}
