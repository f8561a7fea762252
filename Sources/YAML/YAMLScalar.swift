/// One piece of text in a YAML document, with what decides its type.
package struct YAMLScalar: Hashable, Sendable {
    /// How the text was written.
    package enum Style: Hashable, Sendable {
        /// Without quotes: may be a number, a boolean or null.
        case plain
        /// In single or double quotes: a string.
        case quoted
        /// Behind `|` or `>`: a string.
        case block
    }

    /// The type that the author demanded with `!!`.
    package enum Tag: Hashable, Sendable {
        /// `!!str`, or `!` alone.
        case string
        /// `!!int`.
        case integer
        /// `!!float`.
        case number
        /// `!!bool`.
        case bool
        /// `!!null`.
        case null
    }

    /// The text behind quotes, escapes and folding.
    package let text: String
    /// How the text was written.
    package let style: Style
    /// The demanded type, if any.
    package let tag: Tag?
}
