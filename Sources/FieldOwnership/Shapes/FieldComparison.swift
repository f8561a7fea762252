import JSON

/// What a write changes, field by field.
package struct FieldComparison: Sendable, Hashable {
    /// What was not there before.
    package var added = FieldSet()
    /// What was there with another value.
    package var modified = FieldSet()
    /// What is there no more.
    package var removed = FieldSet()

    /// Creates a comparison that found nothing.
    package init() {}

    /// Whether nothing changed.
    package var isSame: Bool { self.added.isEmpty && self.modified.isEmpty && self.removed.isEmpty }

    /// What the writer has set.
    package var written: FieldSet { self.added.union(self.modified) }
}

extension FieldShape {
    /// Compares two values of this shape.
    package func comparison(from old: JSONValue, to new: JSONValue) -> FieldComparison {
        guard let before = FieldParts(old, self), let after = FieldParts(new, self) else { return FieldComparison() }
        var nodes = ComparisonNodes()
        switch (before, after) {
        case (.object(let before, let shapes), .object(let after, _)): nodes.compare(before, after, shapes)
        default: nodes.compare(before.parts, after.parts)
        }
        return nodes.comparison
    }
}

/// The nodes of a comparison in the making.
private struct ComparisonNodes {
    private var added: [FieldSet.Node] = []
    private var modified: [FieldSet.Node] = []
    private var removed: [FieldSet.Node] = []
    private var isOrdered = true

    var comparison: FieldComparison {
        var comparison = FieldComparison()
        comparison.added = self.set(self.added)
        comparison.modified = self.set(self.modified)
        comparison.removed = self.set(self.removed)
        return comparison
    }

    private func set(_ nodes: [FieldSet.Node]) -> FieldSet {
        self.isOrdered ? FieldSet(ordered: nodes) : FieldSet(unordered: nodes)
    }

    /// Compares objects, whose members are in order.
    mutating func compare(_ before: JSONObject, _ after: JSONObject, _ shapes: FieldParts.MemberShapes) {
        var (old, new) = (before.members[...], after.members[...])
        while let key = JSONObject.firstKey(old, new) {
            let oldValue = old.popValue(of: key)
            let newValue = new.popValue(of: key)
            self.compare(.name(key), oldValue, newValue, shapes[key])
        }
    }

    /// Compares lists by what tells their elements apart; places do not matter.
    mutating func compare(_ before: [FieldParts.Part], _ after: [FieldParts.Part]) {
        self.isOrdered = false
        let old = Dictionary(before.map { ($0.step, $0) }) { first, _ in first }
        let new = Dictionary(after.map { ($0.step, $0) }) { first, _ in first }
        for part in after { self.compare(part.step, old[part.step]?.value, part.value, part.shape) }
        for part in before where new[part.step] == nil { self.compare(part.step, part.value, nil, part.shape) }
    }

    private mutating func compare(_ step: FieldStep, _ old: JSONValue?, _ new: JSONValue?, _ shape: FieldShape) {
        switch (old, new) {
        case (nil, nil): break
        case (nil, let new?): self.added.append(.init(step, inside: shape.fields(of: new, .everything)))
        case (let old?, nil): self.removed.append(.init(step, inside: shape.fields(of: old, .everything)))
        case (let old?, let new?):
            if old == new { return }
            let isApart = FieldParts(old, shape) != nil && FieldParts(new, shape) != nil
            let inside = isApart ? shape.comparison(from: old, to: new) : shape.replacement(of: old, by: new)
            self.added.append(.init(step, isMember: false, inside: inside.added))
            self.modified.append(.init(step, isMember: !isApart, inside: inside.modified))
            self.removed.append(.init(step, isMember: false, inside: inside.removed))
        }
    }
}

extension FieldShape {
    /// What changes inside when a value of one sort takes the place of one of another.
    fileprivate func replacement(of old: JSONValue, by new: JSONValue) -> FieldComparison {
        var comparison = FieldComparison()
        comparison.removed = self.fields(of: old, .everything)
        comparison.added = self.fields(of: new, .everything)
        return comparison
    }
}

extension JSONObject {
    /// The first key of what is left of two objects.
    fileprivate static func firstKey(_ first: ArraySlice<Member>, _ second: ArraySlice<Member>) -> String? {
        guard let key = first.first?.key, let other = second.first?.key else {
            return first.first?.key ?? second.first?.key
        }
        return other.utf8.lexicographicallyPrecedes(key.utf8) ? other : key
    }
}

extension ArraySlice<JSONObject.Member> {
    /// Takes the first member away when it has a key; gives its value unless that is `null`, which is as good as none.
    fileprivate mutating func popValue(of key: String) -> JSONValue? {
        guard let first = self.first, first.key.hasSameBytes(as: key) else { return nil }
        self.removeFirst()
        return first.value.isNull ? nil : first.value
    }
}
