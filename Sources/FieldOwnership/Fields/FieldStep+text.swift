import JSON

/// How a step is written in `fieldsV1`:
///
///     f:spec              the member spec
///     k:{"type":"Ready"}  the element whose type is Ready
///     v:"a:4040"          the element "a:4040"
///     i:3                 the fourth element
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1`, `FieldsV1`.
extension FieldStep {
    /// Reads a step.
    ///
    /// - Parameter text: The step as `fieldsV1` has it.
    /// - Returns: The step; `nil` when it is of a sort that is not known here, which later versions may add.
    /// - Throws: `FieldSetError` when the step is of a known sort, and broken.
    static func reading(_ text: String) throws(FieldSetError) -> FieldStep? {
        let bytes = text.utf8
        guard bytes.count >= 2, bytes[bytes.index(after: bytes.startIndex)] == UInt8(ascii: ":") else {
            throw FieldSetError("\"\(text)\" names no field; expected \"f:\", \"k:\", \"v:\" or \"i:\" and what it is")
        }
        let rest = String(text.dropFirst(2))
        switch bytes[bytes.startIndex] {
        case UInt8(ascii: "f"): return .name(rest)
        case UInt8(ascii: "k"):
            guard let object = Self.json(rest)?.object, !object.isEmpty else {
                throw FieldSetError(
                    "\"\(text)\" has no JSON object after \"k:\"; expected the keys of a list's element"
                )
            }
            return .key(object)
        case UInt8(ascii: "v"):
            guard let value = Self.json(rest) else {
                throw FieldSetError("\"\(text)\" has no JSON after \"v:\"; expected the element of a set")
            }
            return .value(value)
        case UInt8(ascii: "i"):
            guard let index = Int(rest), index >= 0 else {
                throw FieldSetError("\"\(text)\" has no number after \"i:\"; expected the place of an element")
            }
            return .index(index)
        default: return nil
        }
    }

    private static func json(_ text: String) -> JSONValue? {
        try? JSONValue(parsing: Array(text.utf8), maximumDepth: 16)
    }

    /// The step as `fieldsV1` has it.
    var text: String {
        switch self {
        case .name(let name): "f:\(name)"
        case .key(let object): "k:\(JSONValue.object(object).text)"
        case .value(let value): "v:\(value.text)"
        case .index(let index): "i:\(index)"
        }
    }
}

extension [FieldStep] {
    /// The path as messages about conflicts spell it: `.spec.conditions[type="Ready"].status`.
    package var fieldPath: String {
        self.map { step in
            switch step {
            case .name(let name): ".\(name)"
            case .key(let object): "[\(object.members.map { "\($0.key)=\($0.value.text)" }.joined(separator: ","))]"
            case .value(let value): "[=\(value.text)]"
            case .index(let index): "[\(index)]"
            }
        }.joined()
    }
}
