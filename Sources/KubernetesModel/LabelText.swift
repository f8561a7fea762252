/// The key of a label or annotation: `name`, or `prefix/name` with a DNS name as prefix.
///
/// Source: Kubernetes, "Labels and Selectors", syntax and character set.
package struct QualifiedName: CheckedText {
    /// The key's text.
    package let description: String

    /// Takes a key; `nil` when `problem(in:)` has something to say.
    package init?(_ text: String) {
        guard Self.problem(in: text) == nil else { return nil }
        self.description = text
    }

    /// The rule in a few words.
    package static let meaning = "a name such as \"team\" or \"example.com/team\""

    /// The rule as a regular expression.
    package static let regex =
        #"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"#

    /// Says what is wrong with a key.
    package static func problem(in text: String) -> String? {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count > 2 { return "has more than one \"/\"" }
        if parts.count == 2 {
            if parts[0].utf8.count > 253 { return "has a prefix of more than 253 characters" }
            for label in parts[0].split(separator: ".", omittingEmptySubsequences: false) {
                if let problem = DNSLabel.problem(in: String(label)) {
                    return "has a prefix of which a part \(problem)"
                }
            }
        }
        let name = parts[parts.count - 1]
        return name.isEmpty ? "has no name" : LabelValue.problem(in: String(name))
    }
}

/// The value of a label: empty, or up to 63 letters, digits, `-`, `_` and `.`, starting and ending alphanumeric.
package struct LabelValue: CheckedText {
    /// The value's text.
    package let description: String

    /// Takes a value; `nil` when `problem(in:)` has something to say.
    package init?(_ text: String) {
        guard Self.problem(in: text) == nil else { return nil }
        self.description = text
    }

    /// The rule in a few words.
    package static let meaning =
        "up to 63 letters, digits, \"-\", \"_\" and \".\", starting and ending with a letter or digit"

    /// The rule as a regular expression.
    package static let regex = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"

    /// Says what is wrong with a value.
    package static func problem(in text: String) -> String? {
        guard let first = text.utf8.first, let last = text.utf8.last else { return nil }
        for (index, character) in text.enumerated() where !character.utf8.allSatisfy(Self.isAllowed) {
            return "has \(quoted(character)) at character \(index + 1)"
        }
        if text.utf8.count > 63 { return "has \(text.utf8.count) characters, and at most 63 are allowed" }
        if !Self.isAlphanumeric(first) { return "starts with \"\(text.prefix(1))\"" }
        if !Self.isAlphanumeric(last) { return "ends with \"\(text.suffix(1))\"" }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        self.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
