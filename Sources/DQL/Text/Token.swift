/// The smallest piece of a query that means something.
struct Token: Sendable, Hashable {
    /// The sorts of token.
    enum Kind: Sendable, Hashable {
        /// A bare word: a keyword, a name, or both.
        case word(String)
        /// A name in backticks.
        case name(String)
        /// A name in double quotes, which Ditto has deprecated.
        case quotedName(String)
        /// Text in single quotes.
        case string(String)
        /// An integer without its sign.
        case integer(UInt64)
        /// Any other number without its sign.
        case number(Double)
        /// An operator or a bracket.
        case symbol(Symbol)
        /// Behind the last token.
        case end
    }

    /// The operators and brackets.
    enum Symbol: String, Sendable, Hashable, CaseIterable {
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"
        case comma = ","
        case dot = "."
        case colon = ":"
        case semicolon = ";"
        case equal = "="
        case doubleEqual = "=="
        case notEqual = "!="
        case lessOrGreater = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case shiftLeft = "<<"
        case shiftRight = ">>"
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case concatenate = "||"
        case arrow = "->"
    }

    /// What it is.
    let kind: Kind
    /// Where in the bytes of the text it is.
    let range: Range<Int>

    /// The token in the words of an error message.
    var shown: String {
        switch self.kind {
        case .word(let text): "\"\(Self.shortened(text))\""
        case .name(let text): "`\(Self.shortened(text))`"
        case .quotedName(let text): "\"\(Self.shortened(text))\" in double quotes"
        case .string(let text): "'\(Self.shortened(text))'"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end"
        }
    }

    static func shortened(_ text: String, to limit: Int = 40) -> String {
        let scalars = text.unicodeScalars
        return scalars.count <= limit ? text : String(String.UnicodeScalarView(scalars.prefix(limit))) + "…"
    }
}
