/// One thing to tell about a query.
package struct DQLFinding: Sendable, Hashable {
    /// How bad it is.
    package enum Severity: String, Sendable, Hashable {
        /// The query cannot be read.
        case error
        /// The query can be read, and probably does not do what was meant.
        case warning
    }

    /// What rule speaks.
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        /// The text is no query.
        case syntax
        /// A name in double quotes that was meant as text, or that Ditto has deprecated.
        case doubleQuotes
        /// An operator or function of the legacy query language.
        case legacy
        /// A comparison with NULL, which is never true.
        case nullComparison
        /// A condition that no document meets.
        case neverTrue
        /// A condition that every document meets.
        case alwaysTrue
        /// A function that is not known, or not with so many arguments.
        case unknownFunction
        /// A reserved word as a bare name.
        case reservedWord
        /// A `:parameter` where nobody can give it a value.
        case parameter
        /// A pattern or regular expression that cannot be read.
        case pattern
        /// A collection that Ditto keeps for itself.
        case systemCollection
    }

    /// What rule speaks.
    package let rule: Rule
    /// How bad it is.
    package let severity: Severity
    /// Where in the query it shows.
    package let place: DQLPlace
    /// What is wrong, to be read after "the query" or "the condition".
    package let message: String
    /// What to write instead, if that is known.
    package let fix: String?

    /// What is wrong and what to write instead.
    package var sentence: String { self.fix.map { "\(self.message); write \($0)" } ?? self.message }
}

extension DQLFinding: CustomStringConvertible {
    /// The place, how bad it is, and the sentence.
    package var description: String { "\(self.place): \(self.severity.rawValue): \(self.sentence)" }
}
