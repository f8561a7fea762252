/// Which labels an object must have: `app=web,tier!=db,env in (prod,test),!legacy`.
///
/// Source: Kubernetes, "Labels and Selectors"; a `!=` and a `notin` also hold for objects without the label.
package struct LabelSelector: Sendable, Hashable {
    /// A part that is no demand.
    package struct Malformed: Error, Sendable, Hashable {
        /// The part.
        package let part: String

        /// What can be written.
        package static let expected = "KEY, !KEY, KEY=VALUE, KEY!=VALUE, KEY in (A,B) or KEY notin (A,B)"
    }

    /// One demand.
    enum Requirement: Sendable, Hashable {
        case exists(String)
        case absent(String)
        case isIn(String, Set<String>)
        case isNotIn(String, Set<String>)
    }

    /// All demands; none selects everything.
    let requirements: [Requirement]

    /// Reads a selector.
    ///
    /// - Parameter text: As in the query of a request.
    /// - Throws: What cannot be read.
    package init(_ text: String) throws(Malformed) {
        var requirements: [Requirement] = []
        for part in Self.parts(of: text) {
            guard let requirement = Requirement(part) else { throw Malformed(part: String(part)) }
            requirements.append(requirement)
        }
        self.requirements = requirements
    }

    /// Whether everything is selected.
    package var isEverything: Bool { self.requirements.isEmpty }

    /// Whether an object with these labels is selected.
    package func matches(_ labels: [String: String]) -> Bool {
        self.requirements.allSatisfy { requirement in
            switch requirement {
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            case .isIn(let key, let values): labels[key].map(values.contains) ?? false
            case .isNotIn(let key, let values): !(labels[key].map(values.contains) ?? false)
            }
        }
    }

    /// The parts between the commas that stand outside parentheses.
    private static func parts(of text: String) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        // Nothing between two commas is an error and not a demand that all meet: a variable of a script was empty.
        return parts.count == 1 && parts[0].trimmedSpaces.isEmpty ? [] : parts.map(\.trimmedSpaces)
    }
}

extension LabelSelector.Requirement {
    fileprivate init?(_ text: Substring) {
        if text.first == "!" {
            guard let key = Self.key(text.dropFirst()) else { return nil }
            self = .absent(key)
        } else if let (left, right) = text.divided(by: "!=") {
            guard let key = Self.key(left), Self.areValues([String(right)]) else { return nil }
            self = .isNotIn(key, [String(right)])
        } else if let (left, right) = text.divided(by: "==") ?? text.divided(by: "=") {
            guard let key = Self.key(left), Self.areValues([String(right)]) else { return nil }
            self = .isIn(key, [String(right)])
        } else if text.last == ")", let open = text.firstIndex(of: "(") {
            let words = text[..<open].split(separator: " ")
            guard words.count == 2, let key = Self.key(words[0]) else { return nil }
            let list = text[text.index(after: open)...].dropLast()
            let values = Set(
                list.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmedSpaces) }
            )
            guard Self.areValues(values) else { return nil }
            switch words[1] {
            case "in": self = .isIn(key, values)
            case "notin": self = .isNotIn(key, values)
            default: return nil
            }
        } else {
            guard let key = Self.key(text) else { return nil }
            self = .exists(key)
        }
    }

    private static func areValues(_ texts: some Sequence<String>) -> Bool {
        texts.allSatisfy { LabelValue.problem(in: $0) == nil }
    }

    private static func key(_ text: Substring) -> String? {
        let key = text.trimmedSpaces
        let isPlain = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return isPlain && !key.isEmpty ? String(key) : nil
    }
}
