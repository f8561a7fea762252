/// Which labels objects must have: `env=prod,tier!=test,region in (eu, us),canary,!old`.
///
/// Source: Kubernetes, "Labels and Selectors"; a `!=` and a `notin` also hold for objects without the label.
package struct LabelSelector: Sendable, Hashable {
    private enum Requirement: Sendable, Hashable {
        case isOneOf(key: String, Set<String>)
        case isNoneOf(key: String, Set<String>)
        case exists(String)
        case existsNot(String)
    }

    private let requirements: [Requirement]

    /// Reads a selector.
    package init(_ text: String) throws(CommandFailure) {
        var requirements: [Requirement] = []
        for part in Self.split(text) {
            guard let requirement = Self.requirement(part) else {
                throw CommandFailure(
                    .couldNotTell,
                    "the selector \"\(text.oneLine)\" has \"\(part.oneLine)\", and KEY=VALUE, KEY!=VALUE, "
                        + "KEY in (A,B), KEY notin (A,B), KEY or !KEY is expected"
                )
            }
            requirements.append(requirement)
        }
        self.requirements = requirements
    }

    /// Whether labels are as the selector asks.
    package func matches(_ labels: [String: String]) -> Bool {
        self.requirements.allSatisfy { requirement in
            switch requirement {
            case .isOneOf(let key, let values): labels[key].map(values.contains) ?? false
            case .isNoneOf(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .existsNot(let key): labels[key] == nil
            }
        }
    }

    /// Splits at the commas outside parentheses.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        for character in text {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if character == ",", depth == 0 {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        return text.allSatisfy(\.isWhitespace) ? [] : parts + [part]
    }

    private static func requirement(_ part: String) -> Requirement? {
        if let (key, values) = self.set(part, word: " in ") { return .isOneOf(key: key, values) }
        if let (key, values) = self.set(part, word: " notin ") { return .isNoneOf(key: key, values) }
        for sign in ["!=", "==", "="] {
            guard let range = part.firstRange(of: sign) else { continue }
            guard let key = self.word(part[..<range.lowerBound]), let value = self.value(part[range.upperBound...])
            else { return nil }
            return sign == "!=" ? .isNoneOf(key: key, [value]) : .isOneOf(key: key, [value])
        }
        let trimmed = part.trimmingSpaces
        if trimmed.hasPrefix("!") { return self.word(trimmed.dropFirst()).map(Requirement.existsNot) }
        return self.word(trimmed).map(Requirement.exists)
    }

    private static func set(_ part: String, word: String) -> (String, Set<String>)? {
        guard let range = part.firstRange(of: word), let key = self.word(part[..<range.lowerBound]) else { return nil }
        let list = part[range.upperBound...].trimmingSpaces
        guard list.hasPrefix("("), list.hasSuffix(")"), list.count >= 2 else { return nil }
        let values = list.dropFirst().dropLast().split(separator: ",").map { self.value($0) }
        guard !values.isEmpty, !values.contains(nil) else { return nil }
        return (key, Set(values.compactMap(\.self)))
    }

    private static func word(_ text: Substring) -> String? {
        self.value(text).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func value(_ text: Substring) -> String? {
        let text = text.trimmingSpaces
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
        return isPlain ? String(text) : nil
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmingSpaces: Substring {
        let tail = self.drop { $0.isWhitespace }
        let end = tail.lastIndex { !$0.isWhitespace }.map { tail.index(after: $0) } ?? tail.startIndex
        return Substring(tail[..<end])
    }
}
