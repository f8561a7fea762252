import JSON
import KubernetesModel

/// The forms in which diagnostics are printed.
package enum DiagnosticFormat: String, Sendable, Hashable, CaseIterable {
    /// One line each: `file:line:column: error: path: message [Rule]`.
    case text
    /// One JSON object.
    case json
    /// Commands that GitHub Actions turn into annotations.
    case github
    /// SARIF 2.1.0, for code scanning.
    case sarif

    /// Prints diagnostics.
    ///
    /// - Parameters:
    ///   - diagnostics: The diagnostics.
    ///   - version: The version of Peerage, which SARIF tells.
    /// - Returns: The text, with a line feed at its end unless it is empty.
    package func text(of diagnostics: [Diagnostic], version: String) -> String {
        switch self {
        case .text: diagnostics.map { "\($0)\n" }.joined()
        case .json: Self.json(of: diagnostics).indentedText
        case .github: diagnostics.map { "\(Self.command(for: $0))\n" }.joined()
        case .sarif: SARIF.log(of: diagnostics, version: version).indentedText
        }
    }

    private static func json(of diagnostics: [Diagnostic]) -> JSONValue {
        let errors = diagnostics.count { $0.severity == .error }
        return [
            "errors": .integer(Int64(errors)),
            "warnings": .integer(Int64(diagnostics.count - errors)),
            "diagnostics": .array(diagnostics.map(\.json)),
        ]
    }

    // https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    private static func command(for diagnostic: Diagnostic) -> String {
        let file = self.escape(diagnostic.file, isProperty: true)
        let field = diagnostic.path.components.isEmpty ? "" : "\(diagnostic.path): "
        let message = self.escape(field + diagnostic.message, isProperty: false)
        return "::\(diagnostic.severity.rawValue) file=\(file),line=\(diagnostic.line),col=\(diagnostic.column),"
            + "title=\(diagnostic.rule.id)::\(message)"
    }

    private static func escape(_ text: String, isProperty: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where isProperty: escaped += "%3A"
            case "," where isProperty: escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Diagnostic {
    /// The diagnostic as JSON.
    package var json: JSONValue {
        [
            "file": .string(self.file),
            "line": .integer(Int64(self.line)),
            "column": .integer(Int64(self.column)),
            "severity": .string(self.severity.rawValue),
            "reason": .string(self.rule.id),
            "path": .string(self.path.description),
            "message": .string(self.message),
        ]
    }
}
