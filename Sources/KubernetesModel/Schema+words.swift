import JSON

extension Schema.Form {
    /// What sort of value this is, in the words of an error message.
    var noun: String {
        switch self {
        case .object, .map, .anything: "an object"
        case .list: "a list"
        case .string(let form): form.pattern?.meaning ?? "a string"
        case .integer: "an integer"
        case .boolean: "true or false"
        }
    }

    /// What should have been written instead of a value of another type.
    func expectation(instead value: JSONValue) -> String {
        switch (self, value) {
        case (.string(let form), .bool), (.string(let form), .integer):
            // Quotes help only where the quoted text would do.
            if let pattern = form.pattern, pattern.problem(value.text) != nil { return pattern.meaning }
            return "a string: write \"\(value.text)\" in quotes"
        case (.string, .number): return "a string: put it in quotes"
        case (.integer, .string(let text)) where Int64(text) != nil:
            return "an integer: write \(text) without quotes"
        case (.integer, .number): return "a whole number"
        case (.boolean, .string(let text)):
            guard let meant = Self.booleanWords[text.lowercased()] else { return self.noun }
            return "a boolean: write \(meant) without quotes"
        case (.list, .string), (.list, .integer), (.list, .bool), (.list, .number):
            return "a list: write [\(value.brief)]"
        case (.list, .object): return "a list: put \"- \" before the element"
        case (.string, _): return "a string"
        case (.object(let form), .string) where form.required.count == 1:
            return "an object: write {\(form.required[0].name): \(value.brief)}"
        default: return self.noun
        }
    }

    // YAML 1.1 reads these as booleans and YAML 1.2 as strings; people write both.
    private static let booleanWords = [
        "true": true, "yes": true, "on": true, "false": false, "no": false, "off": false,
    ]
}

extension ClosedRange<Int64> {
    /// The range in words.
    var words: String {
        switch (self.lowerBound, self.upperBound) {
        case (let lower, .max): "at least \(lower)"
        case (let lower, let upper): "\(lower) to \(upper)"
        }
    }
}

extension JSONValue {
    /// The value with its sort: `the boolean true`.
    package var shown: String {
        switch self {
        case .null: "null"
        case .bool: "the boolean \(self.text)"
        case .integer: "the integer \(self.text)"
        case .number: "the number \(self.text)"
        case .string: "the string \(self.brief)"
        case .array, .object: self.sort
        }
    }

    /// The value as JSON, shortened when it is long.
    package var brief: String {
        let text = self.text
        return text.count <= 80 ? text : "\(text.prefix(77))…"
    }
}
