import JSON

extension YAMLNode {
    /// Whether this is null, as an empty document is.
    var isNull: Bool {
        guard case .scalar(let scalar) = self.content else { return false }
        return (try? scalar.value) == .null
    }

    /// The text that this node is as a key, which for integers and booleans is their JSON form, as in kubectl.
    func keyText(at mark: Mark) throws(YAMLError) -> String {
        guard case .scalar(let scalar) = self.content else {
            throw YAMLError(.badKey, at: mark, "a key cannot be a list or a mapping: write text")
        }
        switch try? scalar.value {
        case .null?:
            throw YAMLError(.badKey, at: mark, "a key cannot be null: write it in quotes if it is meant as text")
        case .bool(let value)?: return value ? "true" : "false"
        case .integer(let value)?: return String(value)
        default: return scalar.text
        }
    }
}

extension ScalarEvent {
    /// Whether this is `<<` without quotes, or tagged as a merge key.
    var isMergeKey: Bool {
        if let tag = self.tag { return String(cString: tag) == "tag:yaml.org,2002:merge" }
        return self.bytes.count == 2 && self.style == .plain && self.bytes.equals("<<")
    }

    /// Whether the text cannot be null, a boolean or a number.
    var isSurelyText: Bool {
        if case .string = PlainValue(self.bytes) { true } else { false }
    }

    /// Whether the text may be infinity or not-a-number.
    var mayHaveNoValue: Bool {
        guard self.style == .plain, 4...5 ~= self.bytes.count else { return false }
        return self.bytes[0] == UInt8(ascii: ".") || self.bytes[1] == UInt8(ascii: ".")
    }
}
