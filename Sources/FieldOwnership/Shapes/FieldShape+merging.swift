import JSON

extension FieldShape {
    /// A value with a configuration on top: what the configuration says counts, what it leaves out stays.
    ///
    /// `null` in a configuration says nothing.
    package func merged(_ value: JSONValue?, with configuration: JSONValue) -> JSONValue {
        guard let value, let live = FieldParts(value, self), let wanted = FieldParts(configuration, self) else {
            return self.withoutNulls(configuration)
        }
        switch (live, wanted) {
        case (.object(let live, let shapes), .object(let wanted, _)):
            var result = live
            for member in wanted.members where !member.value.isNull {
                result[member.key] = shapes[member.key].merged(live[member.key], with: member.value)
            }
            return .object(result)
        default: return .array(Self.merged(live.parts, with: wanted.parts))
        }
    }

    /// Merges lists: the configuration decides the order of its own elements, and others' stay where they were between
    /// them.
    private static func merged(_ live: [FieldParts.Part], with wanted: [FieldParts.Part]) -> [JSONValue] {
        let values = Dictionary(live.map { ($0.step, $0.value) }) { first, _ in first }
        let isWanted = Set(wanted.map(\.step))
        // The elements that both have, in the order in which the configuration wants them.
        var shared = wanted.map(\.step).filter { values[$0] != nil }[...]
        var result: [JSONValue] = []
        var rest = live[...]
        for part in wanted {
            while let next = rest.first, next.step != shared.first {
                if !isWanted.contains(next.step) { result.append(next.value) }
                rest.removeFirst()
            }
            if shared.first == part.step {
                shared.removeFirst()
                rest = rest.dropFirst()
            }
            result.append(part.shape.merged(values[part.step], with: part.value))
        }
        return result + rest.filter { !isWanted.contains($0.step) }.map(\.value)
    }

    private func withoutNulls(_ value: JSONValue) -> JSONValue {
        guard case .object(let object, let shapes) = FieldParts(value, self) else { return value }
        let members = object.members.compactMap { member in
            member.value.isNull
                ? nil : JSONObject.Member(key: member.key, value: shapes[member.key].withoutNulls(member.value))
        }
        return .object(JSONObject(members))
    }
}
