import JSON

/// A part of a query that has a value.
package struct DQLExpression: Sendable, Hashable {
    /// What the expression is.
    package indirect enum Form: Sendable, Hashable {
        /// Null, a boolean, a number or text.
        case literal(JSONValue)
        /// `[a, b]`.
        case array([DQLExpression])
        /// `{'a': b}`.
        case object([DQLMember])
        /// `a.b`.
        case path(DQLPath)
        /// `:name`.
        case parameter(String)
        /// `name(a, b)`.
        case call(DQLCall)
        /// `count(*)`.
        case countOfRows
        /// `-a`.
        case negative(DQLExpression)
        /// `NOT a`.
        case not(DQLExpression)
        /// `a + b`, `a = b` and all others of two sides.
        case binary(DQLOperator, DQLExpression, DQLExpression)
        /// `a AND b AND c`.
        case all([DQLExpression])
        /// `a OR b OR c`.
        case any([DQLExpression])
        /// `a [NOT] IN (b, c)`.
        case oneOf(DQLExpression, [DQLExpression], isNegated: Bool)
        /// `a [NOT] IN b`.
        case element(DQLExpression, of: DQLExpression, isNegated: Bool)
        /// `a [NOT] BETWEEN b AND c`.
        case between(DQLExpression, DQLExpression, DQLExpression, isNegated: Bool)
        /// `a [NOT] LIKE b [ESCAPE c]` and its kin.
        case like(DQLLike)
        /// `a IS [NOT] NULL`.
        case test(DQLExpression, DQLTest, isNegated: Bool)
    }

    /// What the expression is.
    package let form: Form
    /// Where in the bytes of the text it stands.
    package let range: Range<Int>
    /// How many expressions are inside one another.
    let depth: Int
}

/// One member of an object that is written in a query.
package struct DQLMember: Sendable, Hashable {
    /// The name.
    package let key: String
    /// The value.
    package let value: DQLExpression
}

/// A function with its arguments.
package struct DQLCall: Sendable, Hashable {
    /// The name as it was written.
    package let name: String
    /// What was meant by it; `nil` for a function that nobody knows.
    package let function: DQLFunction?
    /// What it is given.
    package let arguments: [DQLExpression]
}

/// Text compared with a pattern.
package struct DQLLike: Sendable, Hashable {
    /// The sorts of pattern.
    package enum Style: String, Sendable, Hashable {
        /// `%` and `_`.
        case like = "LIKE"
        /// The same for any case of letters.
        case caseless = "ILIKE"
        /// A regular expression of SQL.
        case similar = "SIMILAR TO"
    }

    /// The text.
    package let value: DQLExpression
    /// The sort of pattern.
    package let style: Style
    /// The pattern.
    package let pattern: DQLExpression
    /// The character that takes the meaning from the one behind it.
    package let escape: DQLExpression?
    /// Whether it must not match.
    package let isNegated: Bool
}

/// What `IS` asks for.
package enum DQLTest: String, Sendable, Hashable {
    /// The value is null.
    case null = "NULL"
    /// The same by another name: "NULL and UNKNOWN are synonym keywords".
    case unknown = "UNKNOWN"
    /// The field is not there.
    case missing = "MISSING"
}

/// The way from a document to a value inside it.
package struct DQLPath: Sendable, Hashable {
    /// The names, at least one.
    package let names: [String]
    /// The first name that stands in double quotes, if any.
    package let doubleQuoted: String?
    /// The first name that is a reserved word and stands without backticks, if any.
    package let bareReservedWord: String?

    /// The field of the document in which it starts.
    package var root: String { self.names.first ?? "" }

    /// Whether it is the document's identity itself.
    package var isID: Bool { self.names == ["_id"] }
}
