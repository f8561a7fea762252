/// Header fields in the order they were added or received, found by name whatever its case.
package struct HTTPHeaders: Sendable, Hashable {
    /// One name with one value.
    package struct Field: Sendable, Hashable {
        /// The name as it was written.
        package let name: String
        /// The value without surrounding white space.
        package let value: String

        /// Creates a field.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Every field, repeated names included.
    package private(set) var fields: [Field]

    /// Creates headers from fields.
    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The first value of a name; setting replaces every field of that name, and `nil` removes them.
    package subscript(name: String) -> String? {
        get { self.fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
        set {
            self.fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
            if let newValue { self.add(name, newValue) }
        }
    }

    /// Every value of a name, in order.
    package func values(of name: String) -> [String] {
        self.fields.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
    }

    /// Appends a field and keeps those that have the same name.
    package mutating func add(_ name: String, _ value: String) {
        self.fields.append(Field(name: name, value: value))
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Creates headers from names and values, in the order written.
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}

extension HTTPHeaders: CustomStringConvertible, CustomReflectable {
    private static let secretNames = ["authorization", "proxy-authorization", "cookie", "set-cookie"]

    /// The fields on one line, credentials blotted out.
    package var description: String {
        let shown = self.fields.map { field in
            let isSecret = Self.secretNames.contains { field.name.equalsIgnoringASCIICase($0) }
            return "\(field.name): \(isSecret ? "(redacted)" : field.value)"
        }
        return "[\(shown.joined(separator: ", "))]"
    }

    /// Shows `dump` and debuggers no more than `description` does.
    package var customMirror: Mirror { Mirror(self, children: ["fields": self.description]) }
}

extension String {
    /// Whether two names are equal when ASCII letters of either case count as one.
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        self.utf8.count == other.utf8.count
            && zip(self.utf8, other.utf8).allSatisfy { $0 == $1 || Self.lowered($0) == Self.lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
