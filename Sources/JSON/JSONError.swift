/// Why bytes are not the JSON that was expected.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// The closed list of things that can be wrong.
    public enum Reason: Hashable, Sendable {
        /// The text ended inside a value.
        case unexpectedEnd
        /// A byte that cannot stand where it does; the payload says what could have.
        case expected(String)
        /// A string that is not UTF-8, or holds a bare control character or a broken escape.
        case badString
        /// A number that JSON does not allow or that no `Double` can hold.
        case badNumber
        /// One key twice in one object.
        case duplicateKey(String)
        /// More nesting than the limit.
        case tooDeep(limit: Int)
        /// Something but white space behind the value.
        case trailingBytes
    }

    /// What is wrong.
    public let reason: Reason
    /// The byte offset at which it shows.
    public let offset: Int

    /// Creates an error.
    public init(_ reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One sentence with the place.
    public var description: String {
        switch self.reason {
        case .unexpectedEnd: "JSON ends inside a value at byte \(self.offset)"
        case .expected(let what): "expected \(what) at byte \(self.offset)"
        case .badString: "string that is not valid JSON at byte \(self.offset)"
        case .badNumber: "number that is not valid JSON at byte \(self.offset)"
        case .duplicateKey(let key): "key \"\(key)\" appears twice at byte \(self.offset)"
        case .tooDeep(let limit): "more than \(limit) levels of nesting at byte \(self.offset)"
        case .trailingBytes: "unexpected text after the JSON value at byte \(self.offset)"
        }
    }
}
