import JSON

/// The canonical text: as few parentheses as the precedences allow, keywords in capitals, names in backticks only where
/// they must be.
extension DQLExpression: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        switch self.form {
        case .literal(let value): Self.text(of: value)
        case .array(let elements): "[\(Self.list(elements))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0.key)): \($0.value)" }.joined(separator: ", "))}"
        case .path(let path): path.description
        case .parameter(let name): ":\(name)"
        case .call(let call): "\(call.function?.rawValue ?? call.name)(\(Self.list(call.arguments)))"
        case .countOfRows: "count(*)"
        case .negative(let operand): "-\(operand.signless)"
        case .not(let operand): "NOT \(operand.text(from: Precedence.not))"
        case .binary(let sign, let left, let right):
            "\(left.text(from: sign.precedence)) \(sign.rawValue) \(right.text(from: sign.precedence + 1))"
        case .all(let operands): Self.joined(operands, " AND ", Precedence.all)
        case .any(let operands): Self.joined(operands, " OR ", Precedence.any)
        case .oneOf(let value, let list, let isNegated):
            "\(value.text(from: Precedence.comparison)) \(Self.not(isNegated))IN (\(Self.list(list)))"
        case .element(let value, let array, let isNegated): Self.membership(value, array, isNegated)
        case .between(let value, let low, let high, let isNegated):
            "\(value.text(from: Precedence.comparison)) \(Self.not(isNegated))BETWEEN "
                + "\(low.text(from: Precedence.comparison + 1)) AND \(high.text(from: Precedence.comparison + 1))"
        case .like(let like): like.description
        case .test(let value, let test, let isNegated):
            "\(value.text(from: Precedence.test)) IS \(Self.not(isNegated))\(test.rawValue)"
        }
    }

    /// How tightly it holds together when it stands inside another.
    private var precedence: Int {
        switch self.form {
        case .literal, .array, .object, .path, .parameter, .call, .countOfRows: Precedence.primary
        case .negative: Precedence.negative
        case .not: Precedence.not
        case .binary(let sign, _, _): sign.precedence
        case .all: Precedence.all
        case .any: Precedence.any
        case .oneOf, .element, .between: Precedence.comparison
        case .like: Precedence.like
        case .test: Precedence.test
        }
    }

    /// The text, in parentheses unless it binds at least as tightly as is asked for.
    func text(from precedence: Int) -> String {
        self.precedence >= precedence ? self.description : "(\(self.description))"
    }

    /// The text behind a minus sign: a second one would start a comment, and a number would take the first as its own.
    private var signless: String {
        switch self.form {
        case .literal(.integer), .literal(.number), .negative: "(\(self.description))"
        default: self.text(from: Precedence.negative)
        }
    }

    static func list(_ expressions: [DQLExpression]) -> String {
        expressions.map(\.description).joined(separator: ", ")
    }

    static func quoted(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars { quoted += scalar == "'" ? "''" : String(scalar) }
        return quoted + "'"
    }

    private static func joined(_ operands: [DQLExpression], _ word: String, _ precedence: Int) -> String {
        operands.map { $0.text(from: precedence + 1) }.joined(separator: word)
    }

    private static func not(_ isNegated: Bool) -> String { isNegated ? "NOT " : "" }

    private static func membership(_ value: DQLExpression, _ array: DQLExpression, _ isNegated: Bool) -> String {
        // In parentheses it would be a list of one.
        "\(value.text(from: Precedence.comparison)) \(self.not(isNegated))IN \(array.text(from: Precedence.shift))"
    }

    private static func text(of value: JSONValue) -> String {
        switch value {
        case .null: "NULL"
        case .bool(let value): value ? "TRUE" : "FALSE"
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .string(let value): self.quoted(value)
        case .array, .object: value.text
        }
    }
}

extension DQLLike: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        let escape = self.escape.map { " ESCAPE \($0.text(from: Precedence.primary))" } ?? ""
        return "\(self.value.text(from: Precedence.like)) \(self.isNegated ? "NOT " : "")\(self.style.rawValue) "
            + self.pattern.text(from: Precedence.like + 1) + escape
    }
}

extension DQLPath: CustomStringConvertible {
    /// The canonical text.
    package var description: String { self.names.map(ReservedWords.spelling).joined(separator: ".") }
}
