import JSON

extension YAMLNode {
    /// The value without its places.
    package var json: JSONValue {
        switch self.content {
        // The composer has refused every scalar without a value.
        case .scalar(let scalar): (try? scalar.value) ?? .string(scalar.text)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let members):
            .object(JSONObject(members.map { JSONObject.Member(key: $0.key, value: $0.value.json) }))
        }
    }
}
