import JSON

/// An upper bound of what an API server estimates that a CEL rule costs.
///
/// The server walks the expression (google/cel-go checker/cost.go): each step costs 1, comparing or searching text a
/// tenth of its bytes, `matches` that times a quarter of the pattern's length, and what stands in a macro counts once
/// for each element of the list; then the whole counts once for each value that the rule is asked about. Here every
/// comparison is charged the longest text below the rule, and every macro the longest list, whichever it is about.
struct RuleCost {
    // apiserver/pkg/cel/limits.go: without a bound, text may fill a request.
    private static let largestRequest = 3 * 1024 * 1024.0

    /// The estimate.
    let total: Double

    /// Estimates a rule.
    ///
    /// - Parameters:
    ///   - expression: The rule.
    ///   - schema: The OpenAPI schema of the value that it is about.
    ///   - cardinality: How many such values there can be in an object.
    init(_ expression: String, in schema: JSONValue, cardinality: Double) {
        let words = Self.words(in: expression)
        let traversal = (Self.longestText(schema) * 0.1).rounded(.up)
        var once = 0.0
        for (index, word) in words.enumerated() {
            once += 1
            switch word {
            case "==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith": once += traversal
            case "matches":
                let pattern = words.dropFirst(index + 1).first { $0.first == "'" } ?? ""
                once += traversal * (Double(pattern.utf8.count) * 0.25).rounded(.up)
            default: break
            }
        }
        let macros = words.count { ["all", "exists", "exists_one", "filter", "map"].contains($0) }
        let walked = (0..<macros).reduce(1.0) { product, _ in product * Self.longestList(schema) }
        self.total = once * walked * cardinality
    }

    /// How many elements a list or map may have.
    static func count(_ schema: JSONValue) -> Double {
        (schema["maxItems"] ?? schema["maxProperties"])?.integer.map(Double.init) ?? Self.largestRequest
    }

    /// The bytes of the longest text: up to four for each character.
    private static func longestText(_ schema: JSONValue) -> Double {
        var longest = 1.0
        if let words = schema["enum"]?.array {
            // Servers older than 1.28 take any length for these; against a literal, the literal's counts.
            longest = words.map { Double($0.string?.utf8.count ?? 0) }.reduce(1, max)
        } else if schema["type"] == "string" {
            longest = schema["maxLength"]?.integer.map { Double($0) * 4 } ?? Self.largestRequest
        } else if schema["items"] != nil || schema["additionalProperties"] != nil {
            longest = Self.count(schema)
        }
        return Self.parts(of: schema).map(Self.longestText).reduce(longest, max)
    }

    private static func longestList(_ schema: JSONValue) -> Double {
        let isWalkable = schema["items"] != nil || schema["additionalProperties"] != nil
        return Self.parts(of: schema).map(Self.longestList).reduce(isWalkable ? Self.count(schema) : 1, max)
    }

    private static func parts(of schema: JSONValue) -> [JSONValue] {
        var parts = schema["properties"]?.object?.members.map(\.value) ?? []
        // The status is written by the controller; no rule of the whole object walks it.
        if schema["properties"]?["spec"] != nil {
            parts = ["metadata", "spec"].compactMap { schema["properties"]?[$0] }
        }
        return parts + [schema["items"], schema["additionalProperties"]].compactMap(\.self)
    }

    /// The words, operators and quoted texts of an expression.
    private static func words(in expression: String) -> [String] {
        var words: [String] = []
        var rest = Substring(expression)
        while let first = rest.first {
            let length: Int
            switch first {
            case " ", "(", ")", ".", ",": length = 0
            case "'":
                length =
                    (rest.dropFirst().firstIndex(of: "'").map { rest.distance(from: rest.startIndex, to: $0) } ?? 0) + 1
            case "=", "!", "<", ">", "|", "&": length = rest.prefix { "=!<>|&".contains($0) }.count
            default: length = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }.count
            }
            if length > 0 { words.append(String(rest.prefix(length))) }
            rest = rest.dropFirst(max(length, 1))
        }
        return words
    }
}
