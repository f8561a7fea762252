/// A DNS label (RFC 1123): 1 to 63 of `a`–`z`, `0`–`9` and `-`, with a letter or digit at both ends.
///
/// Names of objects and namespaces are DNS labels.
package struct DNSLabel: CheckedText {
    /// The label's text.
    package let description: String

    /// Takes a label; `nil` when `problem(in:)` has something to say.
    package init?(_ text: String) {
        guard Self.problem(in: text) == nil else { return nil }
        self.description = text
    }

    /// The rule in a few words.
    package static let meaning =
        "a DNS label (1 to 63 of a-z, 0-9 and \"-\", starting and ending with a letter or digit)"

    /// The rule as a regular expression.
    package static let regex = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"

    /// The most characters that a label may have.
    package static let maximumLength = 63

    /// Says which character offends and where.
    package static func problem(in text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if let problem = self.characterProblem(in: text) { return problem }
        if text.utf8.count > self.maximumLength {
            return "has \(text.utf8.count) characters, and at most \(self.maximumLength) are allowed"
        }
        if text.utf8.first == UInt8(ascii: "-") { return "starts with \"-\"" }
        if text.utf8.last == UInt8(ascii: "-") { return "ends with \"-\"" }
        return nil
    }

    private static func characterProblem(in text: String) -> String? {
        // The bytes decide in the common case; characters are counted only to say where the offence is.
        guard !text.utf8.allSatisfy(self.isAllowed) else { return nil }
        for (index, character) in text.enumerated() where !character.utf8.allSatisfy(self.isAllowed) {
            let hint = character.isASCII && character.isUppercase ? "; names are lower case" : ""
            return "has \(quoted(character)) at character \(index + 1)\(hint)"
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

/// A DNS name (RFC 1123) as Kubernetes asks it of Secrets and ConfigMaps: labels with dots between, 253 characters at most.
package struct DNSSubdomain: CheckedText {
    /// The name's text.
    package let description: String

    /// Takes a name; `nil` when `problem(in:)` has something to say.
    package init?(_ text: String) {
        guard Self.problem(in: text) == nil else { return nil }
        self.description = text
    }

    /// The rule in a few words.
    package static let meaning = "DNS labels of a-z, 0-9 and \"-\" with dots between"

    /// The rule as a regular expression.
    package static let regex = #"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"#

    /// Says which part offends and why.
    package static func problem(in text: String) -> String? {
        if text.utf8.count > 253 { return "has \(text.utf8.count) characters, and at most 253 are allowed" }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            guard let problem = DNSLabel.problem(in: String(label)) else { continue }
            return labels.count == 1 ? problem : "has the part \"\(label)\", which \(problem)"
        }
        return nil
    }
}

/// A character in quotes, or its name when it would not be seen.
func quoted(_ character: Character) -> String {
    switch character {
    case " ": "a space"
    case "\t": "a tab"
    case "\n", "\r", "\r\n": "a line break"
    default: "\"\(character)\""
    }
}
