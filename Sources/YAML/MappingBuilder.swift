import JSON

/// A key as a mapping uses it.
enum MappingKey {
    case text(String)
    /// `<<`, which adds the members of other mappings.
    case merge
}

/// Collects the members of one mapping, refuses duplicates and adds what merge keys bring.
struct MappingBuilder {
    var members: [YAMLNode.Member] = []
    private var merged: [[YAMLNode.Member]] = []
    private var mergeMark: Mark?

    /// Notes the value of a merge key (https://yaml.org/type/merge.html).
    mutating func merge(_ value: YAMLNode, at mark: Mark) throws(YAMLError) {
        if let first = self.mergeMark {
            throw YAMLError(
                .duplicateKey,
                at: mark,
                "the merge key << appears twice, first on line \(first.line): give one << a list, as in [*a, *b]"
            )
        }
        self.mergeMark = mark
        switch value.content {
        case .mapping(let members): self.merged.append(members)
        case .sequence(let elements):
            for element in elements {
                guard case .mapping(let members) = element.content else { throw Self.badMerge(at: element.mark) }
                self.merged.append(members)
            }
        case .scalar: throw Self.badMerge(at: value.mark)
        }
    }

    private static func badMerge(at mark: Mark) -> YAMLError {
        YAMLError(.badMerge, at: mark, "the merge key << takes a mapping or a list of mappings, usually as aliases")
    }

    /// The members, those of the mapping itself first; of the merged mappings the earlier win.
    consuming func finish() throws(YAMLError) -> [YAMLNode.Member] {
        if let (first, second) = self.duplicate() {
            throw YAMLError(
                .duplicateKey,
                at: second.keyMark,
                "the key '\(second.key)' appears twice, first on line \(first.keyMark.line) and again on line "
                    + "\(second.keyMark.line): remove one"
            )
        }
        guard !self.merged.isEmpty else { return self.members }
        var keys = Set(self.members.map { Key(text: $0.key) })
        for members in self.merged {
            for member in members where keys.insert(Key(text: member.key)).inserted { self.members.append(member) }
        }
        return self.members
    }

    private func duplicate() -> (first: YAMLNode.Member, second: YAMLNode.Member)? {
        // Comparing the few keys of most mappings is quicker than hashing them.
        guard self.members.count > 12 else {
            for later in self.members.indices.dropFirst() {
                for earlier in 0..<later where self.members[earlier].key.hasSameBytes(as: self.members[later].key) {
                    return (self.members[earlier], self.members[later])
                }
            }
            return nil
        }
        var indices: [Key: Int] = [:]
        indices.reserveCapacity(self.members.count)
        for (index, member) in self.members.enumerated() {
            if let earlier = indices.updateValue(index, forKey: Key(text: member.key)) {
                return (self.members[earlier], member)
            }
        }
        return nil
    }
}

/// A key compared byte by byte, as JSON compares keys.
private struct Key: Hashable {
    let text: String

    static func == (first: Key, second: Key) -> Bool {
        first.text.hasSameBytes(as: second.text)
    }
}
