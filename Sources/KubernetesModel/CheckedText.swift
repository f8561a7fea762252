/// Text that follows a rule: a value of the type is the proof that it does.
package protocol CheckedText: Sendable, Hashable, CustomStringConvertible {
    /// The rule in a few words, as the end of "expected …".
    static var meaning: String { get }

    /// The rule as a regular expression (RE2) for servers and editors; it may let more pass than the type does.
    static var regex: String { get }

    /// What keeps text from following the rule, to be read after the name of a field; `nil` when nothing does.
    static func problem(in text: String) -> String?

    /// Takes text that follows the rule; `nil` for any other.
    init?(_ text: String)
}
