import JSON
import KubernetesModel

/// What becomes of fields that a kind does not have: the query's `fieldValidation`.
enum FieldValidation: String, Sendable, Hashable {
    /// They are dropped.
    case ignore = "Ignore"
    /// They are dropped, and the answer warns of each; the default.
    case warn = "Warn"
    /// The write is refused.
    case strict = "Strict"

    /// Reads the query.
    init(_ target: RequestTarget) throws(APIStatus) {
        let word = target["fieldValidation"] ?? ""
        guard let value = word.isEmpty ? .warn : FieldValidation(rawValue: word) else {
            throw APIStatus(
                .badRequest,
                "fieldValidation: unsupported value \"\(word)\"; expected \"Ignore\", \"Warn\" or \"Strict\""
            )
        }
        self = value
    }

    /// Drops unknown fields or refuses them.
    ///
    /// - Parameters:
    ///   - problems: All that was found; those that are not unknown fields do not matter.
    ///   - object: The object that they were found in.
    /// - Returns: The warnings to answer with.
    /// - Throws: `BadRequest` under `strict`.
    func settle(_ problems: [FieldProblem], in object: inout JSONValue) throws(APIStatus) -> [String] {
        let unknown = problems.filter { $0.reason == .unknown }
        let words = unknown.map { "unknown field \"\($0.path)\"" }
        if self == .strict, !unknown.isEmpty {
            throw APIStatus(.badRequest, "strict decoding error: \(words.joined(separator: ", "))")
        }
        for problem in unknown { object.remove(problem.path.components[...]) }
        return self == .warn ? words : []
    }
}

extension JSONValue {
    /// Removes the member at a path, if it is there.
    fileprivate mutating func remove(_ path: ArraySlice<PathComponent>) {
        guard let first = path.first else { return }
        let rest = path.dropFirst()
        switch (first, self) {
        case (.key(let key), .object(var object)):
            if rest.isEmpty { object[key] = nil } else { object[key]?.remove(rest) }
            self = .object(object)
        case (.index(let index), .array(var elements)) where elements.indices.contains(index) && !rest.isEmpty:
            elements[index].remove(rest)
            self = .array(elements)
        default: break
        }
    }
}
