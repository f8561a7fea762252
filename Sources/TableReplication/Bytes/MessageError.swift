/// Why bytes are not a message of the protocol.
package enum MessageError: Error, Hashable, Sendable {
    /// The text ended inside a value, or something else stands where this should.
    case expected(Expectation, offset: Int)
    /// More levels of objects and arrays than allowed.
    case tooDeep(limit: Int)
    /// A message that needs a property does not have it, or has another sort of value there.
    case property(String, expected: String)
    /// More bytes than allowed.
    case tooLong(bytes: Int, limit: Int)

    /// The closed list of what can be missing.
    package enum Expectation: String, Hashable, Sendable {
        /// An object's opening brace.
        case object = "'{'"
        /// An array's opening bracket.
        case array = "'['"
        /// A member's name.
        case key = "a name in double quotes"
        /// What separates name and value.
        case colon = "':'"
        /// What follows a member.
        case commaOrBrace = "',' or '}'"
        /// What follows an element.
        case commaOrBracket = "',' or ']'"
        /// Any value.
        case value = "a value"
        /// A string's closing quote.
        case quote = "'\"'"
        /// Nothing more.
        case end = "the end of the message"
    }
}

extension MessageError: CustomStringConvertible {
    /// One sentence: what was expected, and where.
    package var description: String {
        switch self {
        case .expected(let expectation, let offset): "expected \(expectation.rawValue) at byte \(offset) of the message"
        case .tooDeep(let limit): "the message has more than \(limit) levels of objects and arrays"
        case .property(let name, let expected): "the property \"\(name)\" must be \(expected)"
        case .tooLong(let bytes, let limit): "the message has \(bytes) bytes; at most \(limit) are allowed"
        }
    }
}
