import JSON
import Spelling

extension Schema {
    /// Finds everything that is wrong with a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - path: Where the value is.
    /// - Returns: All problems, in the order of the value's fields.
    package func problems(in value: JSONValue, at path: FieldPath = FieldPath()) -> [FieldProblem] {
        var validator = SchemaValidator(path: path.components)
        validator.visit(value, self)
        return validator.problems
    }
}

/// Walks a value beside its schema.
///
/// The path is a stack, so that a sound value costs no allocation per field.
struct SchemaValidator {
    private var path: [PathComponent]
    private(set) var problems: [FieldProblem] = []

    init(path: [PathComponent]) {
        self.path = path
    }

    mutating func visit(_ value: JSONValue, _ schema: Schema) {
        switch (schema.form, value) {
        case (.object(let form), .object(let object)): self.visit(object, form)
        case (.map(let form), .object(let object)): self.visit(object, form)
        case (.list(let form), .array(let elements)): self.visit(elements, form)
        case (.string(let form), .string(let text)): self.visit(text, form)
        case (.integer(let range), .integer(let number)):
            if !range.contains(number) { self.report(.invalid, "is \(number)", expected: range.words) }
        case (.boolean, .bool), (.anything, .object): break
        default: self.report(.typeInvalid, "is \(value.shown)", expected: schema.form.expectation(instead: value))
        }
    }

    private mutating func visit(_ object: JSONObject, _ form: SchemaObject) {
        for member in object.members {
            guard let property = form[member.key] else {
                self.reportUnknown(member.key, form)
                continue
            }
            if !member.value.isNull { self.descend(.key(member.key), member.value, property.schema) }
        }
        for property in form.required where object[property.name]?.isNull ?? true {
            self.path.append(.key(property.name))
            self.report(.required, "is missing", expected: property.schema.form.noun)
            self.path.removeLast()
        }
    }

    private mutating func visit(_ object: JSONObject, _ form: SchemaMap) {
        if object.count > form.maximumCount {
            self.report(.tooMany, "has \(object.count) keys", expected: "at most \(form.maximumCount)")
        }
        for member in object.members {
            if let keys = form.keys, let message = keys.problem(member.key) {
                self.path.append(.key(member.key))
                self.report(.invalid, "the key \(message)", expected: keys.meaning, part: .key)
                self.path.removeLast()
            }
            if !member.value.isNull { self.descend(.key(member.key), member.value, form.values) }
        }
    }

    private mutating func visit(_ elements: [JSONValue], _ form: SchemaList) {
        if elements.count > form.maximumCount {
            self.report(.tooMany, "has \(elements.count) elements", expected: "at most \(form.maximumCount)")
        }
        for (index, element) in elements.enumerated() {
            self.descend(.index(index), element, form.elements)
        }
        switch form.sort {
        case .atomic: break
        case .set: self.findDuplicates(elements) { $0 }
        case .map(let keys): self.findDuplicates(elements) { element in .array(keys.map { element[$0] ?? .null }) }
        }
    }

    private mutating func visit(_ text: String, _ form: SchemaString) {
        if !form.words.isEmpty {
            if !form.words.contains(text) { self.reportUnsupported(text, form.words) }
            return
        }
        // Most text is ASCII, where bytes are characters; only near a bound must characters be counted.
        let count = form.length.contains(text.utf8.count) ? text.utf8.count : text.unicodeScalars.count
        if count > form.length.upperBound {
            self.report(.tooLong, "has \(count) characters", expected: "at most \(form.length.upperBound)")
        } else if let pattern = form.pattern {
            if let message = pattern.problem(text) { self.report(.invalid, message, expected: pattern.meaning) }
        } else if count < form.length.lowerBound {
            self.report(.invalid, text.isEmpty ? "is empty" : "is too short", expected: "text")
        }
    }

    private mutating func descend(_ component: PathComponent, _ value: JSONValue, _ schema: Schema) {
        self.path.append(component)
        self.visit(value, schema)
        self.path.removeLast()
    }

    private mutating func findDuplicates(_ elements: [JSONValue], by key: (JSONValue) -> JSONValue) {
        guard elements.count > 1 else { return }
        var first: [JSONValue: Int] = [:]
        for (index, element) in elements.enumerated() {
            let key = key(element)
            if let earlier = first[key] {
                self.path.append(.index(index))
                self.report(.duplicate, "repeats element [\(earlier)], \(key.brief)")
                self.path.removeLast()
            } else {
                first[key] = index
            }
        }
    }

    private mutating func reportUnknown(_ name: String, _ form: SchemaObject) {
        let names = form.properties.map(\.name)
        var message = "unknown field \"\(name)\""
        if let meant = nearest(to: name, among: names) {
            message += ", did you mean \"\(meant)\"?"
        } else {
            message += "; the fields here are \(names.joined(separator: ", "))"
        }
        self.path.append(.key(name))
        self.report(.unknown, message, part: .key)
        self.path.removeLast()
    }

    private mutating func reportUnsupported(_ text: String, _ words: [String]) {
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        let hint = nearest(to: text, among: words).map { " (did you mean \"\($0)\"?)" } ?? ""
        self.report(
            .notSupported,
            "is \(JSONValue.string(text).brief)",
            expected: words.count == 1 ? list : "one of \(list)\(hint)"
        )
    }

    private mutating func report(
        _ reason: FieldProblem.Reason,
        _ message: String,
        expected: String? = nil,
        part: FieldProblem.Part = .value
    ) {
        self.problems.append(
            FieldProblem(reason, at: FieldPath(self.path), message, expected: expected, part: part)
        )
    }
}
