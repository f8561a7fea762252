import JSON

/// What a JSON value may be: a structural schema, written once, from which everything else is made.
///
/// Validation, CRDs, OpenAPI and the JSON Schema for editors all come from one value of this type. On input `null` and
/// absent are the same everywhere, and every list, map and string has an upper bound.
package struct Schema: Sendable {
    /// The sorts of value.
    package indirect enum Form: Sendable {
        /// An object with known fields.
        case object(SchemaObject)
        /// An object with keys of the user's choice.
        case map(SchemaMap)
        /// A list.
        case list(SchemaList)
        /// Text.
        case string(SchemaString)
        /// A whole number within bounds.
        case integer(ClosedRange<Int64>)
        /// `true` or `false`.
        case boolean
        /// An object whose inside is nobody's business.
        case anything
    }

    /// A rule in the Common Expression Language, for Kubernetes API servers.
    package struct Rule: Sendable, Hashable {
        /// An expression over `self` and, for changes, `oldSelf`.
        package let expression: String
        /// What to tell the user when it is false.
        package let message: String

        /// Creates a rule.
        package init(_ expression: String, _ message: String) {
            self.expression = expression
            self.message = message
        }
    }

    /// What the value may be.
    package let form: Form
    /// What the value means, in whole sentences.
    package let description: String
    /// Rules for API servers; our own checks of the same live beside the kind.
    package let rules: [Rule]

    /// Creates a schema.
    package init(_ form: Form, _ description: String, rules: [Rule] = []) {
        self.form = form
        self.description = description
        self.rules = rules
    }
}

extension Schema {
    /// An object with known fields.
    package static func object(
        _ description: String,
        rules: [Rule] = [],
        _ properties: [SchemaProperty]
    ) -> Schema {
        Schema(.object(SchemaObject(properties)), description, rules: rules)
    }

    /// An object with keys of the user's choice.
    package static func map(
        _ description: String,
        of values: Schema,
        keys: SchemaPattern? = nil,
        maximumCount: Int
    ) -> Schema {
        Schema(.map(SchemaMap(values: values, keys: keys, maximumCount: maximumCount)), description)
    }

    /// A list.
    package static func list(
        _ description: String,
        of elements: Schema,
        _ sort: SchemaList.Sort = .atomic,
        maximumCount: Int
    ) -> Schema {
        Schema(.list(SchemaList(elements: elements, sort: sort, maximumCount: maximumCount)), description)
    }

    /// Text.
    package static func string(
        _ description: String,
        _ pattern: SchemaPattern? = nil,
        length: ClosedRange<Int> = 1...256,
        format: String? = nil
    ) -> Schema {
        Schema(.string(SchemaString(length: length, pattern: pattern, format: format)), description)
    }

    /// One of a few words.
    package static func word<Word: CaseIterable & RawRepresentable<String>>(
        _ description: String,
        _ words: Word.Type
    ) -> Schema {
        Self.word(description, words.allCases.map(\.rawValue))
    }

    /// One of a few words.
    package static func word(_ description: String, _ words: [String]) -> Schema {
        let length = 0...(words.map(\.utf8.count).max() ?? 0)
        return Schema(.string(SchemaString(length: length, words: words)), description)
    }

    /// A whole number within bounds.
    package static func integer(_ description: String, _ range: ClosedRange<Int64>) -> Schema {
        Schema(.integer(range), description)
    }

    /// `true` or `false`.
    package static func boolean(_ description: String) -> Schema { Schema(.boolean, description) }

    /// An object whose inside is nobody's business.
    package static func anything(_ description: String) -> Schema { Schema(.anything, description) }

    /// The schema of the field at a path of names; `nil` when there is no such field.
    package subscript(path: [String]) -> Schema? {
        guard let name = path.first else { return self }
        let rest = Array(path.dropFirst())
        return switch self.form {
        case .object(let object): object[name]?.schema[rest]
        case .map(let map): map.values[rest]
        case .list(let list): list.elements[path]
        case .string, .integer, .boolean, .anything: nil
        }
    }
}
