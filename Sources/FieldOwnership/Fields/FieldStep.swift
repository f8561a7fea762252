import JSON

/// One step on the way to a field that somebody owns.
///
/// Elements of sets and keyed lists are told apart by what they are, not by where they stand: the place changes when
/// others insert theirs.
package enum FieldStep: Sendable, Hashable {
    /// The member of an object.
    case name(String)
    /// The element of a keyed list, by the members that tell it apart.
    case key(JSONObject)
    /// The element of a set.
    case value(JSONValue)
    /// The element of a list that has no keys, from zero.
    case index(Int)

    /// Whether two steps are the same; names are compared byte by byte.
    package static func == (first: FieldStep, second: FieldStep) -> Bool { first.order(to: second) == .same }

    /// How one thing stands to another.
    enum Order {
        case before
        case same
        case after
    }

    /// The order in which sets keep their steps: names, keys, values, indices.
    func order(to other: FieldStep) -> Order {
        switch (self, other) {
        case (.name(let first), .name(let second)): first.order(to: second)
        case (.key(let first), .key(let second)): first.order(to: second)
        case (.value(let first), .value(let second)): first.order(to: second)
        case (.index(let first), .index(let second)): first.comparableOrder(to: second)
        default: self.rank.comparableOrder(to: other.rank)
        }
    }

    private var rank: Int {
        switch self {
        case .name: 0
        case .key: 1
        case .value: 2
        case .index: 3
        }
    }
}

extension Comparable {
    fileprivate func comparableOrder(to other: Self) -> FieldStep.Order {
        self < other ? .before : self == other ? .same : .after
    }
}

extension String {
    fileprivate func order(to other: String) -> FieldStep.Order {
        if self.hasSameBytes(as: other) { return .same }
        return self.utf8.lexicographicallyPrecedes(other.utf8) ? .before : .after
    }
}

extension JSONObject {
    fileprivate func order(to other: JSONObject) -> FieldStep.Order {
        for (first, second) in zip(self.members, other.members) {
            let order = first.key.order(to: second.key)
            if order != .same { return order }
            let valueOrder = first.value.order(to: second.value)
            if valueOrder != .same { return valueOrder }
        }
        return self.count.comparableOrder(to: other.count)
    }
}

extension JSONValue {
    fileprivate func order(to other: JSONValue) -> FieldStep.Order {
        switch (self, other) {
        case (.integer(let first), .integer(let second)): first.comparableOrder(to: second)
        case (.string(let first), .string(let second)): first.order(to: second)
        // Elements of sets are text or whole numbers; for all else any order will do that is always the same.
        default: self == other ? .same : self.text.order(to: other.text)
        }
    }
}
