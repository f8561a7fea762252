import JSON

/// A value taken apart into what can be owned by different managers.
enum FieldParts {
    /// One part of a value.
    struct Part {
        let step: FieldStep
        let value: JSONValue
        let shape: FieldShape
        /// Whether the part is there by the kind's definition, not by a user's choice.
        let isKnown: Bool
    }

    case object(JSONObject, MemberShapes)
    case list([JSONValue], ElementShape)

    /// The shapes of an object's members.
    struct MemberShapes {
        let known: [String: FieldShape]
        let others: FieldShape

        subscript(name: String) -> FieldShape { self.known[name] ?? self.others }
    }

    /// The shape of a list's elements, and what tells them apart.
    struct ElementShape {
        /// The members that tell objects apart; `nil` for scalars.
        let keys: [String]?
        let shape: FieldShape

        /// The step to an element; one without its keys has only its place, and no valid object has such.
        func step(to element: JSONValue, at index: Int) -> FieldStep {
            guard let keys else { return .value(element) }
            var object = JSONObject()
            for key in keys {
                guard let value = element[key], !value.isNull else { return .index(index) }
                object[key] = value
            }
            return .key(object)
        }
    }

    /// Takes a value apart; `nil` when it is owned as a whole.
    init?(_ value: JSONValue, _ shape: FieldShape) {
        switch (shape, value) {
        case (.fields(let known), .object(let object)):
            self = .object(object, MemberShapes(known: known, others: .deduced))
        case (.map(let shape), .object(let object)): self = .object(object, MemberShapes(known: [:], others: shape))
        case (.deduced, .object(let object)): self = .object(object, MemberShapes(known: [:], others: .deduced))
        case (.set, .array(let elements)): self = .list(elements, ElementShape(keys: nil, shape: .whole))
        case (.list(let keys, let shape), .array(let elements)):
            self = .list(elements, ElementShape(keys: keys, shape: shape))
        default: return nil
        }
    }

    /// Whether there are no parts.
    var isEmpty: Bool {
        switch self {
        case .object(let object, _): object.isEmpty
        case .list(let elements, _): elements.isEmpty
        }
    }

    /// The parts in the order of the value; `null` is no part, for it means the same as nothing.
    var parts: [Part] {
        switch self {
        case .object(let object, let shapes):
            object.members.compactMap { member in
                guard !member.value.isNull else { return nil }
                let known = shapes.known[member.key]
                let shape = known ?? shapes.others
                return Part(step: .name(member.key), value: member.value, shape: shape, isKnown: known != nil)
            }
        case .list(let elements, let shape):
            elements.enumerated().map { index, element in
                let step = shape.step(to: element, at: index)
                return Part(step: step, value: element, shape: shape.shape, isKnown: false)
            }
        }
    }

    /// Whether the parts are in the order in which sets keep them.
    var isOrdered: Bool {
        if case .object = self { true } else { false }
    }
}
