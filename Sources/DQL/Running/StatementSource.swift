import JSON

/// The text and the arguments that the parts of a statement are compiled with.
struct StatementSource {
    private let bytes: [UInt8]
    private let arguments: DQLArguments

    init(_ statement: DQLStatement, _ arguments: DQLArguments) {
        self.bytes = Array(statement.text.utf8)
        self.arguments = arguments
    }

    /// The object that a parameter stands for, if it is held as a span.
    func span(_ expression: DQLExpression) -> JSONObjectSpan? {
        guard case .parameter(let name) = expression.form else { return nil }
        return self.arguments.span(name)
    }

    func program(_ expression: DQLExpression) throws(DQLError) -> Program {
        try Compiler.program(of: expression, in: self.bytes, arguments: self.arguments)
    }

    /// The documents that a condition selects; all of them without one.
    func filter(_ condition: DQLExpression?) throws(DQLError) -> DQLFilter {
        guard let condition else { return DQLFilter(.always) }
        return DQLFilter(try self.program(condition))
    }

    /// The number behind LIMIT or OFFSET.
    func count(_ expression: DQLExpression?) throws(DQLError) -> Int? {
        guard let expression else { return nil }
        switch try self.constant(expression) {
        case .integer(let value)? where value >= 0: return Int(clamping: value)
        case .number(let value)? where value >= 0x1p63: return .max
        default:
            throw self.error(.badValue, at: expression.range.lowerBound, "is no whole number", expected: "0 or more")
        }
    }

    /// The value of an expression that no document is needed for.
    func constant(_ expression: DQLExpression) throws(DQLError) -> JSONValue? {
        let program = try self.program(expression)
        guard program.fields.isEmpty else {
            throw self.error(
                .badValue,
                at: expression.range.lowerBound,
                "names the field \(expression.firstPath?.description ?? ""), and there is no document yet",
                expected: expression.firstPath?.doubleQuoted.map {
                    "text in single quotes: \(DQLExpression.quoted($0))"
                }
                    ?? "a value or an argument"
            )
        }
        let document: [UInt8] = [UInt8(ascii: "{"), UInt8(ascii: "}")]
        return document.withUnsafeBufferPointer { program.value(in: $0) }
    }

    func error(
        _ reason: DQLError.Reason,
        at offset: Int,
        _ message: String,
        expected: String? = nil
    ) -> DQLError {
        DQLError(reason, at: DQLPlace(offset: offset, in: self.bytes), message, expected: expected)
    }
}

extension Program {
    /// What is true of every document.
    static var always: Program {
        var layout = ProgramLayout()
        layout.nodes = [.bool(true)]
        return Program(layout)
    }
}

extension DQLExpression {
    /// The first field that is named in it.
    var firstPath: DQLPath? {
        switch self.form {
        case .path(let path): path
        case .literal, .parameter, .countOfRows: nil
        case .array(let parts), .all(let parts), .any(let parts): parts.lazy.compactMap(\.firstPath).first
        case .object(let members): members.lazy.compactMap(\.value.firstPath).first
        case .call(let call): call.arguments.lazy.compactMap(\.firstPath).first
        case .negative(let part), .not(let part), .test(let part, _, _): part.firstPath
        case .binary(_, let left, let right), .element(let left, let right, _): left.firstPath ?? right.firstPath
        case .oneOf(let value, let list, _): ([value] + list).lazy.compactMap(\.firstPath).first
        case .between(let value, let low, let high, _): value.firstPath ?? low.firstPath ?? high.firstPath
        case .like(let like): like.value.firstPath ?? like.pattern.firstPath
        }
    }
}
