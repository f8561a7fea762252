import JSON

extension Schema {
    /// The schema as a structural OpenAPI v3 schema, for CRDs and `/openapi/v3`.
    package var openAPI: JSONValue { self.openAPI(describedAs: self.description, more: []) }

    private func openAPI(describedAs description: String, more rules: [Rule]) -> JSONValue {
        var object = self.form.openAPI
        object["description"] = description.isEmpty ? nil : .string(description)
        let rules = self.rules + self.form.mutabilityRules + rules
        if !rules.isEmpty {
            object["x-kubernetes-validations"] = .array(
                rules.map { ["rule": .string($0.expression), "message": .string($0.message)] }
            )
        }
        return .object(object)
    }

    fileprivate func openAPI(of property: SchemaProperty) -> JSONValue {
        let frozen = Rule("self == oldSelf", "\(property.name) is immutable")
        return self.openAPI(
            describedAs: property.documentation,
            more: property.mutability == .free ? [] : [frozen]
        )
    }
}

extension SchemaProperty {
    /// The description with what an absent field means.
    package var documentation: String {
        guard let value = self.defaultValue else { return self.schema.description }
        return "\(self.schema.description) Defaults to \(value.string ?? value.text)."
    }
}

extension Schema.Form {
    fileprivate var openAPI: JSONObject {
        switch self {
        case .object(let form):
            var object: JSONObject = ["type": "object"]
            let members = form.properties.map {
                JSONObject.Member(key: $0.name, value: $0.schema.openAPI(of: $0))
            }
            object["properties"] = .object(JSONObject(members))
            if !form.required.isEmpty { object["required"] = .array(form.required.map { .string($0.name) }) }
            return object
        case .map(let form):
            return [
                "type": "object", "additionalProperties": form.values.openAPI,
                "maxProperties": .integer(Int64(form.maximumCount)),
            ]
        case .list(let form):
            var object: JSONObject = [
                "type": "array", "items": form.elements.openAPI, "maxItems": .integer(Int64(form.maximumCount)),
            ]
            switch form.sort {
            case .atomic: object["x-kubernetes-list-type"] = "atomic"
            case .set: object["x-kubernetes-list-type"] = "set"
            case .map(let keys):
                object["x-kubernetes-list-type"] = "map"
                object["x-kubernetes-list-map-keys"] = .array(keys.map(JSONValue.string))
            }
            return object
        case .string(let form): return form.keywords
        case .integer(let range):
            var object: JSONObject = ["type": "integer", "format": "int64", "minimum": .integer(range.lowerBound)]
            if range.upperBound != .max { object["maximum"] = .integer(range.upperBound) }
            return object
        case .boolean: return ["type": "boolean"]
        case .anything: return ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        }
    }

    /// Rules of an object about its optional fields: a rule on a field itself is not asked when the field comes or goes.
    fileprivate var mutabilityRules: [Schema.Rule] {
        guard case .object(let form) = self else { return [] }
        return form.guarded.filter { !$0.isRequired }.map { property in
            let name = property.name.escapedForCEL
            return property.mutability == .fixed
                ? Schema.Rule("has(self.\(name)) == has(oldSelf.\(name))", "\(property.name) is immutable")
                : Schema.Rule("!has(oldSelf.\(name)) || has(self.\(name))", "\(property.name) is immutable once set")
        }
    }
}

extension SchemaString {
    /// The keywords that OpenAPI and JSON Schema share.
    var keywords: JSONObject {
        var object: JSONObject = ["type": "string"]
        if !self.words.isEmpty {
            object["enum"] = .array(self.words.map(JSONValue.string))
            return object
        }
        object["maxLength"] = .integer(Int64(self.length.upperBound))
        if self.length.lowerBound > 0 { object["minLength"] = .integer(Int64(self.length.lowerBound)) }
        object["pattern"] = self.pattern.map { .string($0.regex) }
        object["format"] = self.format.map(JSONValue.string)
        return object
    }
}

extension String {
    /// The name as CEL must spell it after a dot; reserved words stand between underscores.
    package var escapedForCEL: String { Self.reservedInCEL.contains(self) ? "__\(self)__" : self }

    // https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ "Escaping"
    private static let reservedInCEL: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ]
}
