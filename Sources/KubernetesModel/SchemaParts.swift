import JSON

/// One field of an object.
package struct SchemaProperty: Sendable {
    /// When a field may change.
    package enum Mutability: Sendable, Hashable {
        /// At any time.
        case free
        /// Never: it stays as it was, or stays absent.
        case fixed
        /// Never once it is there; it may be added later.
        case fixedOnceSet
    }

    /// The field's name.
    package let name: String
    /// What it may hold.
    package let schema: Schema
    /// Whether it must be there.
    package let isRequired: Bool
    /// When it may change.
    package let mutability: Mutability
    /// What an absent field means, for documentation only: nothing is ever filled in.
    package let defaultValue: JSONValue?

    /// A field that must be there.
    package static func required(
        _ name: String,
        _ schema: Schema,
        _ mutability: Mutability = .free
    ) -> SchemaProperty {
        SchemaProperty(name: name, schema: schema, isRequired: true, mutability: mutability, defaultValue: nil)
    }

    /// A field that may be left out.
    package static func optional(
        _ name: String,
        _ schema: Schema,
        _ mutability: Mutability = .free,
        default: JSONValue? = nil
    ) -> SchemaProperty {
        SchemaProperty(name: name, schema: schema, isRequired: false, mutability: mutability, defaultValue: `default`)
    }
}

/// The fields of an object, in the order in which documentation shows them.
package struct SchemaObject: Sendable {
    /// The fields.
    package let properties: [SchemaProperty]
    /// Those that must be there.
    let required: [SchemaProperty]
    /// Those that cannot change freely.
    let guarded: [SchemaProperty]
    private let indices: [String: Int]

    init(_ properties: [SchemaProperty]) {
        self.properties = properties
        self.required = properties.filter(\.isRequired)
        self.guarded = properties.filter { $0.mutability != .free }
        self.indices = Dictionary(properties.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The field of a name.
    package subscript(name: String) -> SchemaProperty? { self.indices[name].map { self.properties[$0] } }
}

/// An object with keys of the user's choice.
package struct SchemaMap: Sendable {
    /// What each key holds.
    package let values: Schema
    /// What a key may be; servers cannot check this, we do.
    package let keys: SchemaPattern?
    /// How many keys there may be.
    package let maximumCount: Int
}

/// A list.
package struct SchemaList: Sendable {
    /// How two writers' lists are merged, and what may not be in them twice.
    package enum Sort: Sendable, Hashable {
        /// One writer owns the whole list.
        case atomic
        /// Scalars without order; none is there twice.
        case set
        /// Objects told apart by these fields.
        case map(keys: [String])
    }

    /// What each element is.
    package let elements: Schema
    /// Whether elements are told apart.
    package let sort: Sort
    /// How many elements there may be.
    package let maximumCount: Int
}

/// Text.
package struct SchemaString: Sendable {
    /// How many characters it may have.
    package let length: ClosedRange<Int>
    /// What it must look like.
    package let pattern: SchemaPattern?
    /// The name of a well-known format, for documentation.
    package let format: String?
    /// The only words that it may be; empty is any.
    package let words: [String]

    /// Creates a rule for text.
    package init(
        length: ClosedRange<Int>,
        pattern: SchemaPattern? = nil,
        format: String? = nil,
        words: [String] = []
    ) {
        self.length = length
        self.pattern = pattern
        self.format = format
        self.words = words
    }
}

/// What text must look like: a check of ours that tells exactly what is wrong, and a regular expression for others.
package struct SchemaPattern: Sendable {
    /// The regular expression (RE2), which may let more pass than the check.
    package let regex: String
    /// What is expected, as the end of "expected …".
    package let meaning: String
    /// What is wrong with text; `nil` when nothing is.
    package let problem: @Sendable (String) -> String?

    /// Creates a pattern.
    package init(regex: String, meaning: String, problem: @escaping @Sendable (String) -> String?) {
        self.regex = regex
        self.meaning = meaning
        self.problem = problem
    }

    /// The pattern of a type of text.
    package init<Text: CheckedText>(_ type: Text.Type) {
        self.init(regex: Text.regex, meaning: Text.meaning, problem: Text.problem)
    }

    /// A DNS label.
    package static let dnsLabel = SchemaPattern(DNSLabel.self)
}
