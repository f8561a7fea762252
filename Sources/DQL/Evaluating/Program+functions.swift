import JSON

/// The functions. Given nothing or a value of the wrong type they give null, unless they are there to ask for that.
extension Program {
    func call(_ function: DQLFunction, _ arguments: Piece, _ row: Row) -> Operand {
        let first = self.argument(0, of: arguments, row)
        switch function {
        case .abs: return first.absolute
        case .ceil: return first.rounded(.up)
        case .floor: return first.rounded(.down)
        case .concat: return self.concatenation(arguments, row)
        case .contains, .startsWith, .endsWith:
            return Self.search(function, first, self.argument(1, of: arguments, row))
        case .byteLength: return Operand(count: first.withText(\.count))
        case .charLength, .characterLength:
            return Operand(count: first.withText { $0.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } })
        case .regexpLike: return self.regexpLike(first, arguments, row)
        case .isBoolean, .isNumber, .isString: return .bool(first.typeName == function.typeAskedFor)
        case .type: return first.typeName.map(Operand.string) ?? .null
        case .deserializeJSON:
            let value = first.string.flatMap { try? JSONValue(parsing: $0) }
            return value.map { Operand($0) } ?? .null
        case .arrayContains: return first.holds(self.argument(1, of: arguments, row)).operand
        case .arrayContainsNull: return first.elements.map { .bool($0.contains(.null)) } ?? .null
        case .arrayLength: return Operand(count: first.elements?.count)
        case .objectLength: return Operand(count: first.members?.count)
        case .objectKeys: return first.members.map { .array($0.keys.map(JSONValue.string)) } ?? .null
        case .objectValues: return first.members.map { .array($0.members.map(\.value)) } ?? .null
        case .coalesce, .nvl: return self.firstValue(arguments, row)
        case .decode: return self.decode(first, arguments, row)
        }
    }

    private func argument(_ index: Int, of arguments: Piece, _ row: Row) -> Operand {
        let range = arguments.range
        return index < range.count ? self.operand(self.children[range.lowerBound + index], row) : .missing
    }

    private func concatenation(_ arguments: Piece, _ row: Row) -> Operand {
        var text = ""
        for child in arguments.range {
            let part = self.operand(self.children[child], row)
            guard row.mayMake(part.weight), let part = part.string else { return .null }
            text += part
        }
        return .string(text)
    }

    private static func search(_ function: DQLFunction, _ text: Operand, _ other: Operand) -> Operand {
        let found = text.withText { text in
            other.withText { other in
                switch function {
                case .startsWith: text.part(0..<other.count).isEqual(to: other)
                case .endsWith: text.part(max(text.count - other.count, 0)..<text.count).isEqual(to: other)
                default: text.firstIndex(of: other) != nil
                }
            }
        }
        return (found ?? nil).map(Operand.bool) ?? .null
    }

    private func regexpLike(_ text: Operand, _ arguments: Piece, _ row: Row) -> Operand {
        guard let pattern = self.argument(1, of: arguments, row).string else { return .null }
        let flags = arguments.range.count > 2 ? self.argument(2, of: arguments, row).string : ""
        guard let flags, let options = RegularExpression.Options(flags: flags) else { return .null }
        guard let expression = try? RegularExpressionParser.expression(pattern, options: options) else { return .null }
        return text.withText(expression.matches).map(Operand.bool) ?? .null
    }

    private func firstValue(_ arguments: Piece, _ row: Row) -> Operand {
        for child in arguments.range {
            let value = self.operand(self.children[child], row)
            if !value.isNothing { return value }
        }
        return .null
    }

    /// `decode(input, case, result, …[, otherwise])`; null equals null here.
    private func decode(_ input: Operand, _ arguments: Piece, _ row: Row) -> Operand {
        let children = self.children[arguments.range].dropFirst()
        var index = children.startIndex
        while index + 1 < children.endIndex {
            let wanted = self.operand(children[index], row)
            let isFound = input.isNothing ? wanted.isNothing : input.relation(to: wanted) == .equal
            if isFound { return self.operand(children[index + 1], row) }
            index += 2
        }
        return index < children.endIndex ? self.operand(children[index], row) : .null
    }
}

extension DQLFunction {
    /// The type that a function tests for.
    fileprivate var typeAskedFor: String? {
        switch self {
        case .isBoolean: "boolean"
        case .isNumber: "number"
        case .isString: "string"
        default: nil
        }
    }
}

extension Operand {
    init(count: Int?) {
        self = count.map { .integer(Int64($0)) } ?? .null
    }

    /// The name of the type as `type(x)` gives it; `nil` for what is missing.
    var typeName: String? {
        switch self {
        case .missing: nil
        case .null: "null"
        case .bool: "boolean"
        case .integer, .number: "number"
        case .text, .string: "string"
        case .array: "array"
        case .object: "object"
        case .raw(let bytes): bytes.first == UInt8(ascii: "[") ? "array" : "object"
        }
    }
}
