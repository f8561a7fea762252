import JSON

extension Schema {
    /// The schema as JSON Schema (draft 2020-12), for editors: unknown fields are errors, and `null` may stand for any
    /// field that may be left out.
    package var jsonSchema: JSONValue { .object(self.jsonSchema(isNullable: false, describedAs: self.description)) }

    private func jsonSchema(isNullable: Bool, describedAs description: String) -> JSONObject {
        var object = self.form.jsonSchema
        object["description"] = description.isEmpty ? nil : .string(description)
        guard isNullable, let type = object["type"] else { return object }
        object["type"] = .array([type, "null"])
        if let words = object["enum"]?.array { object["enum"] = .array(words + [.null]) }
        return object
    }

    fileprivate func jsonSchema(of property: SchemaProperty) -> JSONValue {
        var object = self.jsonSchema(isNullable: !property.isRequired, describedAs: property.documentation)
        object["default"] = property.defaultValue
        return .object(object)
    }
}

extension Schema.Form {
    fileprivate var jsonSchema: JSONObject {
        switch self {
        case .object(let form):
            var object: JSONObject = ["type": "object", "additionalProperties": false]
            let members = form.properties.map {
                JSONObject.Member(key: $0.name, value: $0.schema.jsonSchema(of: $0))
            }
            object["properties"] = .object(JSONObject(members))
            if !form.required.isEmpty { object["required"] = .array(form.required.map { .string($0.name) }) }
            return object
        case .map(let form):
            var object: JSONObject = [
                "type": "object", "additionalProperties": form.values.jsonSchema,
                "maxProperties": .integer(Int64(form.maximumCount)),
            ]
            object["propertyNames"] = form.keys.map { ["pattern": .string($0.regex)] }
            return object
        case .list(let form):
            var object: JSONObject = [
                "type": "array", "items": form.elements.jsonSchema, "maxItems": .integer(Int64(form.maximumCount)),
            ]
            if form.sort == .set { object["uniqueItems"] = true }
            return object
        case .string(let form):
            var object = form.keywords
            object["patternErrorMessage"] = form.pattern.map { .string("expected \($0.meaning)") }
            return object
        case .integer(let range):
            var object: JSONObject = ["type": "integer", "minimum": .integer(range.lowerBound)]
            if range.upperBound != .max { object["maximum"] = .integer(range.upperBound) }
            return object
        case .boolean: return ["type": "boolean"]
        case .anything: return ["type": "object"]
        }
    }
}
