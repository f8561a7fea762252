/// Why a text is not the YAML that was expected.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    /// The closed list of things that can be wrong.
    package enum Reason: Hashable, Sendable {
        /// The text breaks YAML's grammar.
        case syntax
        /// Bytes that are no text: broken UTF-8 or UTF-16, or control characters such as NUL.
        case encoding
        /// More than one of the `YAMLLimits` allows.
        case limit
        /// An alias without an anchor before it.
        case unknownAlias
        /// An alias inside the very value that it names.
        case recursiveAlias
        /// One key twice in one mapping.
        case duplicateKey
        /// A key that is null, a list or a mapping.
        case badKey
        /// A merge key whose value is neither a mapping nor a list of mappings.
        case badMerge
        /// A tag that JSON has no type for.
        case unknownTag
        /// A scalar that does not fit its tag, or that JSON cannot express.
        case badValue
        /// No memory left for the parser.
        case outOfMemory
    }

    /// What is wrong.
    package let reason: Reason
    /// The place at which it shows.
    package let mark: Mark
    /// What is wrong and what to do about it, without the place.
    package let message: String

    /// Creates an error.
    package init(_ reason: Reason, at mark: Mark, _ message: String) {
        self.reason = reason
        self.mark = mark
        self.message = message
    }

    /// "line 4, column 3: found a tab where indentation needs spaces".
    package var description: String { "\(self.mark): \(self.message)" }
}
