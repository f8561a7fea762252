/// Why a query or a statement cannot be used: what is wrong, where, and what was expected.
package struct DQLError: Error, Sendable, Hashable {
    /// The closed list of things that can be wrong.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Something that cannot stand where it does.
        case unexpected
        /// A string, a name or a comment without its end.
        case unterminated
        /// A number that is none.
        case badNumber
        /// A word or sign of the legacy query language.
        case legacy
        /// A function that nobody knows.
        case unknownFunction
        /// More or fewer arguments than the function takes.
        case wrongArgumentCount
        /// A `:parameter` that was given no value.
        case unboundParameter
        /// A value that cannot stand where it does, such as a document that is no object.
        case badValue
        /// A part of the language that Peerage does not speak.
        case unsupported
        /// A text, a nesting or a number of expressions beyond the limit.
        case tooMuch
    }

    /// What sort of thing is wrong.
    package let reason: Reason
    /// Where it shows.
    package let place: DQLPlace
    /// What is wrong.
    package let message: String
    /// What was expected instead, as the end of "expected …".
    package let expected: String?
    /// The known word that was probably meant.
    package let nearest: String?

    init(
        _ reason: Reason,
        at place: DQLPlace,
        _ message: String,
        expected: String? = nil,
        nearest: String? = nil
    ) {
        self.reason = reason
        self.place = place
        self.message = message
        self.expected = expected
        self.nearest = nearest
    }

    /// What is wrong, what was expected and what was probably meant, without the place.
    package var sentence: String {
        let expected = self.expected.map { "; expected \($0)" } ?? ""
        let nearest = self.nearest.map { "; did you mean \($0)?" } ?? ""
        return self.message + expected + nearest
    }
}

extension DQLError: CustomStringConvertible {
    /// The place and the sentence.
    package var description: String { "\(self.place): \(self.sentence)" }
}
