import JSON

/// What can become of a condition, over all documents.
struct Outcomes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let yes = Outcomes(rawValue: 1)
    static let no = Outcomes(rawValue: 2)
    static let unknown = Outcomes(rawValue: 4)
    static let any: Outcomes = [.yes, .no, .unknown]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(_ truth: Truth) {
        switch truth {
        case .yes: self = .yes
        case .no: self = .no
        case .unknown: self = .unknown
        }
    }

    /// What can become of an expression; rather too much than too little.
    init(of expression: DQLExpression) {
        if let truth = expression.constantTruth {
            self.init(truth)
            return
        }
        switch expression.form {
        case .not(let operand): self = Outcomes(of: operand).mapped { !$0 }
        case .all(let operands):
            self = operands.reduce(.yes) { $0.combined(with: Outcomes(of: $1)) { $0.and($1) } }
            if expression.contradiction != nil { self.remove(.yes) }
        case .any(let operands): self = operands.reduce(.no) { $0.combined(with: Outcomes(of: $1)) { $0.or($1) } }
        case .binary(.exclusiveOr, let left, let right):
            self = Outcomes(of: left).combined(with: Outcomes(of: right)) { $0.exclusiveOr($1) }
        case .binary(let sign, let left, let right) where sign.isComparison: self.init(of: sign, left, right)
        case .oneOf(_, let list, _) where list.allSatisfy({ $0.form == .literal(.null) }): self = .unknown
        case .between(_, let low, let high, _)
        where low.form == .literal(.null) && high.form == .literal(.null): self = .unknown
        case .like(let like) where like.pattern.form == .literal(.null): self = .unknown
        case .test: self = [.yes, .no]
        default:
            // Only booleans are conditions.
            self = expression.type.map { $0 == "boolean" } ?? true ? .any : .unknown
        }
    }

    private init(of sign: DQLOperator, _ left: DQLExpression, _ right: DQLExpression) {
        if left.form == .literal(.null) || right.form == .literal(.null) {
            self = .unknown
        } else if let first = left.type, let second = right.type, first != second {
            switch sign {
            case .equal: self = [.no, .unknown]
            case .notEqual: self = [.yes, .unknown]
            default: self = .unknown
            }
        } else if sign == .equal, left.isTypeName(other: right) || right.isTypeName(other: left) {
            self = [.no, .unknown]
        } else {
            self = .any
        }
    }

    private static let truths: [Truth] = [.yes, .no, .unknown]

    private func mapped(_ body: (Truth) -> Truth) -> Outcomes {
        var all: Outcomes = []
        for truth in Self.truths where self.contains(Outcomes(truth)) { all.formUnion(Outcomes(body(truth))) }
        return all
    }

    private func combined(with other: Outcomes, _ body: (Truth, Truth) -> Truth) -> Outcomes {
        var all: Outcomes = []
        for first in Self.truths where self.contains(Outcomes(first)) {
            for second in Self.truths where other.contains(Outcomes(second)) {
                all.formUnion(Outcomes(body(first, second)))
            }
        }
        return all
    }
}

extension DQLExpression {
    /// The truth of an expression that has the same for every document.
    var constantTruth: Truth? {
        // Compiling folds constants; what cannot be compiled is told of elsewhere.
        self.mentionsDocument ? nil : (try? Compiler.program(of: self, in: []))?.constantTruth
    }

    /// Whether a field, a parameter or an unknown function is in it.
    private var mentionsDocument: Bool {
        switch self.form {
        case .path, .parameter, .countOfRows: true
        case .literal: false
        case .call(let call): call.function == nil || call.arguments.contains(where: \.mentionsDocument)
        case .array(let parts), .all(let parts), .any(let parts): parts.contains(where: \.mentionsDocument)
        case .object(let members): members.contains(where: \.value.mentionsDocument)
        case .negative(let part), .not(let part), .test(let part, _, _): part.mentionsDocument
        case .binary(_, let left, let right), .element(let left, let right, _):
            left.mentionsDocument || right.mentionsDocument
        case .oneOf(let value, let list, _): value.mentionsDocument || list.contains(where: \.mentionsDocument)
        case .between(let value, let low, let high, _): [value, low, high].contains(where: \.mentionsDocument)
        case .like(let like): like.value.mentionsDocument || like.pattern.mentionsDocument
        }
    }

    /// The type of what it gives, where it gives anything; `nil` when that depends on the document.
    var type: String? {
        switch self.form {
        case .literal(.null), .path, .parameter: nil
        case .literal(let value): Operand(value).typeName
        case .array: "array"
        case .object: "object"
        case .negative, .countOfRows: "number"
        case .not, .all, .any, .oneOf, .element, .between, .like, .test: "boolean"
        case .binary(let sign, _, _):
            sign == .concatenate ? "string" : sign.isComparison || sign == .exclusiveOr ? "boolean" : "number"
        case .call(let call): call.function?.resultType
        }
    }

    /// Whether `type(x)` is compared with a text that it never gives.
    fileprivate func isTypeName(other: DQLExpression) -> Bool {
        guard case .call(let call) = other.form, call.function == .type else { return false }
        guard case .literal(.string(let name)) = self.form else { return false }
        return !["null", "boolean", "number", "binary", "string", "array", "object"].contains(name)
    }
}

extension DQLFunction {
    /// The type of what it gives, if it is always the same.
    fileprivate var resultType: String? {
        switch self {
        case .abs, .ceil, .floor, .byteLength, .charLength, .characterLength, .arrayLength, .objectLength: "number"
        case .concat, .type: "string"
        case .contains, .startsWith, .endsWith, .regexpLike, .isBoolean, .isNumber, .isString, .arrayContains,
            .arrayContainsNull:
            "boolean"
        case .objectKeys, .objectValues: "array"
        case .deserializeJSON, .coalesce, .decode, .nvl: nil
        }
    }
}
