import JSON

extension Schema {
    /// Finds the fields that changed although they cannot.
    ///
    /// - Parameters:
    ///   - old: The value as it was.
    ///   - new: The value as it should become.
    ///   - path: Where the value is.
    /// - Returns: One problem for each such field.
    package func immutabilityProblems(
        from old: JSONValue,
        to new: JSONValue,
        at path: FieldPath = FieldPath()
    ) -> [FieldProblem] {
        guard case .object(let form) = self.form, let old = old.object, let new = new.object else { return [] }
        var problems: [FieldProblem] = []
        for property in form.properties {
            let before = old.present(property)
            let after = new.present(property)
            let place = path.key(property.name)
            if before != after, property.forbids(before, after) {
                let change = Self.describe(before, after)
                problems.append(
                    FieldProblem(.immutable, at: place, "\(change); delete the object and create it anew instead")
                )
            } else if let before, let after {
                problems += property.schema.immutabilityProblems(from: before, to: after, at: place)
            }
        }
        return problems
    }

    /// The value without the members that are `null`, which mean the same as absent ones.
    package func withoutNulls(_ value: JSONValue) -> JSONValue {
        switch (self.form, value) {
        case (.object(let form), .object(let object)):
            .object(JSONObject(object.members.compactMap { $0.withoutNulls(form[$0.key]?.schema) }))
        case (.map(let form), .object(let object)):
            .object(JSONObject(object.members.compactMap { $0.withoutNulls(form.values) }))
        case (.list(let form), .array(let elements)): .array(elements.map(form.elements.withoutNulls))
        default: value
        }
    }

    private static func describe(_ before: JSONValue?, _ after: JSONValue?) -> String {
        switch (before, after) {
        case (let before?, let after?): "is immutable: it was \(before.brief) and cannot become \(after.brief)"
        case (let before?, nil): "is immutable: it was \(before.brief) and cannot be taken away"
        case (nil, let after?): "is immutable: it was absent and cannot become \(after.brief)"
        case (nil, nil): "is immutable"
        }
    }
}

extension SchemaProperty {
    fileprivate func forbids(_ before: JSONValue?, _ after: JSONValue?) -> Bool {
        switch self.mutability {
        case .free: false
        case .fixed: true
        case .fixedOnceSet: before != nil
        }
    }
}

extension JSONObject {
    fileprivate func present(_ property: SchemaProperty) -> JSONValue? {
        guard let value = self[property.name], !value.isNull else { return nil }
        return property.mutability == .free ? value : property.schema.withoutNulls(value)
    }
}

extension JSONObject.Member {
    fileprivate func withoutNulls(_ schema: Schema?) -> JSONObject.Member? {
        guard !self.value.isNull else { return nil }
        return JSONObject.Member(key: self.key, value: schema?.withoutNulls(self.value) ?? self.value)
    }
}
