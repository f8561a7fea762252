import CYAML

/// Tags as libyaml spells them out: `tag:yaml.org,2002:int` for `!!int`.
enum TagText {
    typealias Pointer = UnsafeMutablePointer<yaml_char_t>

    /// The tag of a scalar.
    @inline(__always)
    static func scalarTag(_ tag: Pointer?, at mark: Mark) throws(YAMLError) -> YAMLScalar.Tag? {
        guard let tag else { return nil }
        return try Self.knownScalarTag(String(cString: tag), at: mark)
    }

    private static func knownScalarTag(_ tag: String, at mark: Mark) throws(YAMLError) -> YAMLScalar.Tag {
        switch tag {
        case "!", "tag:yaml.org,2002:str": .string
        case "tag:yaml.org,2002:int": .integer
        case "tag:yaml.org,2002:float": .number
        case "tag:yaml.org,2002:bool": .bool
        case "tag:yaml.org,2002:null": .null
        default:
            throw YAMLError(
                .unknownTag,
                at: mark,
                "the tag \(Self.shortened(tag)) means nothing here: use !!str, !!int, !!float, !!bool or !!null, or none"
            )
        }
    }

    /// Refuses any tag on a collection but its own.
    @inline(__always)
    static func check(_ tag: Pointer?, isMapping: Bool, at mark: Mark) throws(YAMLError) {
        guard let tag else { return }
        let text = String(cString: tag)
        guard text == "!" || text == (isMapping ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq") else {
            let sort = isMapping ? "mapping" : "list"
            throw YAMLError(.unknownTag, at: mark, "a \(sort) cannot have the tag \(Self.shortened(text)): remove it")
        }
    }

    private static func shortened(_ tag: String) -> String {
        let prefix = "tag:yaml.org,2002:"
        let text = tag.hasPrefix(prefix) ? "!!\(tag.dropFirst(prefix.count))" : tag
        return text.count > 40 ? "\(text.prefix(40))…" : text
    }
}
