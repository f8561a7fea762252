import JSON

/// The values of a statement's `:parameters`, by name.
///
/// Objects may be held as spans of the text that they came in: a document to insert is then never built.
package struct DQLArguments: Sendable {
    /// One value.
    private enum Argument {
        case value(JSONValue)
        case object(JSONObjectSpan)
    }

    private var arguments: [(name: String, argument: Argument)]

    /// Takes the members of an object.
    package init(_ object: JSONObject = JSONObject()) {
        self.arguments = object.members.map { ($0.key, .value($0.value)) }
    }

    /// Reads the members of an object from its text; `nil` when that must be read as a value.
    ///
    /// - Parameters:
    ///   - reader: Stands at the object.
    ///   - depth: How many objects and arrays that is inside.
    package init?(_ reader: inout JSONSpanReader, depth: Int) {
        var arguments: [(name: String, argument: Argument)] = []
        let isUnderstood = reader.members { name, reader in
            let argument: Argument? =
                reader.isAtObject()
                ? reader.object(depth: depth + 1).map { .object($0) }
                : reader.value(depth: depth + 1).map { .value($0) }
            guard let argument else { return false }
            arguments.append((reader.text(of: name), argument))
            return true
        }
        guard isUnderstood else { return nil }
        let isAscending = zip(arguments, arguments.dropFirst()).allSatisfy { $0.0.name.precedesByBytes($0.1.name) }
        if !isAscending {
            arguments.sort { $0.name.precedesByBytes($1.name) }
            for (first, second) in zip(arguments, arguments.dropFirst()) where first.name.hasSameBytes(as: second.name)
            {
                return nil
            }
        }
        self.arguments = arguments
    }

    /// The names, in the order of their bytes.
    var names: [String] { self.arguments.map(\.name) }

    /// The value of a name.
    subscript(name: String) -> JSONValue? {
        switch self.argument(name) {
        case .value(let value)?: value
        case .object(let span)?: .object(span.object)
        case nil: nil
        }
    }

    /// The object of a name, if it is held as a span.
    func span(_ name: String) -> JSONObjectSpan? {
        guard case .object(let span)? = self.argument(name) else { return nil }
        return span
    }

    private func argument(_ name: String) -> Argument? {
        var low = 0
        var high = self.arguments.count
        while low < high {
            let middle = (low + high) / 2
            if self.arguments[middle].name.precedesByBytes(name) { low = middle + 1 } else { high = middle }
        }
        guard low < self.arguments.count, self.arguments[low].name.hasSameBytes(as: name) else { return nil }
        return self.arguments[low].argument
    }
}

extension DQLArguments: ExpressibleByDictionaryLiteral {
    /// Takes names and their values.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}
