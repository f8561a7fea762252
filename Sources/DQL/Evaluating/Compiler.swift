import JSON

/// Makes a program of an expression.
///
/// What does not depend on the document is evaluated here, once; functions, arguments and patterns are checked.
struct Compiler {
    private var layout = ProgramLayout()
    private var source: [UInt8]
    private let arguments: DQLArguments
    /// By bytes: two spellings of one letter are two names.
    private var slots: [[UInt8]: Int] = [:]

    /// Makes a program.
    ///
    /// - Parameters:
    ///   - expression: The expression.
    ///   - source: The text in which it stands, for the places of errors.
    ///   - arguments: The values of its `:parameters`.
    /// - Returns: The program.
    /// - Throws: What cannot be evaluated, with its place.
    static func program(
        of expression: DQLExpression,
        in source: [UInt8],
        arguments: DQLArguments = DQLArguments()
    ) throws(DQLError) -> Program {
        var compiler = Compiler(source: source, arguments: arguments)
        compiler.finish(try compiler.compile(expression))
        guard compiler.layout.texts.count <= Self.maximumTexts else {
            throw compiler.error(
                .tooMuch,
                at: expression,
                "the texts and arguments in it have more than \(Self.maximumTexts) bytes together"
            )
        }
        return Program(compiler.layout)
    }

    /// Makes one program that is true where any of the queries is.
    static func program(ofAny queries: [DQLQuery]) throws(DQLFilterError) -> Program {
        var compiler = Compiler(source: [], arguments: DQLArguments())
        var indices: [Int] = []
        for query in queries {
            compiler.source = Array(query.text.utf8)
            do throws(DQLError) {
                indices.append(try compiler.compile(query.expression))
            } catch {
                throw DQLFilterError(query: query.text, error: error)
            }
        }
        compiler.finish(compiler.any(of: indices))
        return Program(compiler.layout)
    }

    /// As many bytes may the texts of one program have; what comes behind them is left out, and the program refused.
    private static let maximumTexts = 64 << 20

    private init(source: [UInt8], arguments: DQLArguments) {
        self.source = source
        self.arguments = arguments
    }

    private mutating func finish(_ root: Int) {
        // A part may stand in for the whole, and another behind it.
        if root != self.layout.nodes.count - 1 { self.layout.nodes.append(self.layout.nodes[root]) }
    }

    func error(
        _ reason: DQLError.Reason,
        at expression: DQLExpression,
        _ message: String,
        expected: String? = nil,
        nearest: String? = nil
    ) -> DQLError {
        let place = DQLPlace(offset: expression.range.lowerBound, in: self.source)
        return DQLError(reason, at: place, message, expected: expected, nearest: nearest)
    }
}

// MARK: - Nodes

extension Compiler {
    mutating func compile(_ expression: DQLExpression) throws(DQLError) -> Int {
        switch expression.form {
        case .literal(let value): return self.constant(value)
        case .path(let path): return self.field(path)
        case .parameter(let name):
            guard let value = self.arguments[name] else { throw self.unbound(name, at: expression) }
            return self.constant(value)
        case .array(let elements): return self.folded(.array(try self.compile(elements)))
        case .object(let members):
            let keys = self.pieces(of: members.map(\.key))
            return self.folded(.object(try self.compile(members.map(\.value)), keys: keys))
        case .call(let call): return try self.compile(call, at: expression)
        case .countOfRows:
            throw self.error(.unexpected, at: expression, "count(*) stands only by itself between SELECT and FROM")
        case .negative(let operand): return self.folded(.negative(try self.compile(operand)))
        case .not(let operand): return self.folded(.not(try self.compile(operand)))
        case .binary(let sign, let left, let right):
            let left = try self.compile(left)
            return self.folded(Self.node(sign, left, try self.compile(right)))
        case .all(let operands): return try self.compileAll(operands)
        case .any(let operands): return try self.compileAny(operands)
        case .oneOf(let value, let list, let isNegated):
            let value = try self.compile(value)
            return self.folded(.oneOf(value, try self.compile(list), isNegated: isNegated))
        case .element(let value, let array, let isNegated):
            let value = try self.compile(value)
            return self.folded(.element(value, of: try self.compile(array), isNegated: isNegated))
        case .between(let value, let low, let high, let isNegated):
            let value = try self.compile(value)
            let low = try self.compile(low)
            return self.folded(.between(value, low, try self.compile(high), isNegated: isNegated))
        case .like(let like): return try self.compile(like)
        case .test(let value, let test, let isNegated):
            return self.folded(.test(try self.compile(value), test, isNegated: isNegated))
        }
    }

    private static func node(_ sign: DQLOperator, _ left: Int, _ right: Int) -> Program.Node {
        switch sign {
        case .concatenate: .concatenation(left, right)
        case .exclusiveOr: .exclusiveOr(left, right)
        case let sign where sign.isComparison: .comparison(sign, left, right)
        default: .arithmetic(sign, left, right)
        }
    }

    private mutating func compile(_ expressions: [DQLExpression]) throws(DQLError) -> Piece {
        var indices: [Int] = []
        indices.reserveCapacity(expressions.count)
        for expression in expressions { indices.append(try self.compile(expression)) }
        return self.children(indices)
    }

    private mutating func compileAll(_ operands: [DQLExpression]) throws(DQLError) -> Int {
        var indices: [Int] = []
        for operand in operands { indices.append(try self.compile(operand)) }
        // One false makes all false, whatever the document.
        if indices.contains(where: { self.isBool(false, $0) }) { return self.add(.bool(false)) }
        let open = indices.filter { !self.isBool(true, $0) }
        return open.isEmpty ? self.add(.bool(true)) : self.folded(.all(self.children(open)))
    }

    private mutating func compileAny(_ operands: [DQLExpression]) throws(DQLError) -> Int {
        var indices: [Int] = []
        for operand in operands { indices.append(try self.compile(operand)) }
        return self.any(of: indices)
    }

    private mutating func any(of indices: [Int]) -> Int {
        // One true makes any true, whatever the document.
        if indices.contains(where: { self.isBool(true, $0) }) { return self.add(.bool(true)) }
        let open = indices.filter { !self.isBool(false, $0) }
        return open.isEmpty ? self.add(.bool(false)) : self.folded(.any(self.children(open)))
    }

    private func isBool(_ wanted: Bool, _ index: Int) -> Bool {
        if case .bool(let value) = self.layout.nodes[index] { value == wanted } else { false }
    }

    private func unbound(_ name: String, at expression: DQLExpression) -> DQLError {
        self.error(
            .unboundParameter,
            at: expression,
            ":\(name) has no value",
            expected: "an argument of this name",
            nearest: nearestArgument(to: name, among: self.arguments)
        )
    }
}

// MARK: - Functions and patterns

extension Compiler {
    private mutating func compile(_ call: DQLCall, at expression: DQLExpression) throws(DQLError) -> Int {
        guard let function = call.function else {
            throw self.error(
                .unknownFunction,
                at: expression,
                "there is no function \(Token.shortened(call.name))",
                nearest: call.nearestFunction
            )
        }
        if let problem = call.countProblem { throw self.error(.wrongArgumentCount, at: expression, problem) }
        let arguments = try self.compile(call.arguments)
        if function == .regexpLike, let index = try self.compileRegexp(call, arguments) { return index }
        return self.folded(.call(function, arguments))
    }

    /// A regular expression that is known now is made now.
    private mutating func compileRegexp(_ call: DQLCall, _ arguments: Piece) throws(DQLError) -> Int? {
        let children = Array(self.layout.children[arguments.range])
        guard let pattern = self.text(children[1]) else { return nil }
        var options = RegularExpression.Options()
        if children.count > 2 {
            guard let flags = self.text(children[2]) else { return nil }
            guard let known = RegularExpression.Options(flags: flags) else {
                throw self.error(
                    .badValue,
                    at: call.arguments[2],
                    "the flags '\(Token.shortened(flags))' are not all known",
                    expected: "some of c, i, m, s and x"
                )
            }
            options = known
        }
        do throws(RegularExpressionParser.Failure) {
            self.layout.expressions.append(try RegularExpressionParser.expression(pattern, options: options))
        } catch {
            throw self.error(.badValue, at: call.arguments[1], "the regular expression \(error.message)")
        }
        return self.folded(.similar(children[0], pattern: self.layout.expressions.count - 1, isNegated: false))
    }

    private mutating func compile(_ like: DQLLike) throws(DQLError) -> Int {
        let value = try self.compile(like.value)
        let pattern = try self.compile(like.pattern)
        var escape = -1
        var sign: Unicode.Scalar?
        if let expression = like.escape {
            escape = try self.compile(expression)
            if let text = self.text(escape) {
                guard text.unicodeScalars.count == 1 else {
                    throw self.error(.badValue, at: expression, "ESCAPE takes one character")
                }
                sign = text.unicodeScalars.first
            }
        }
        guard let text = self.text(pattern), escape < 0 || sign != nil else {
            return self.folded(
                .anyLike(like.style, value, pattern: pattern, escape: escape, isNegated: like.isNegated)
            )
        }
        guard like.style == .similar else {
            guard let known = LikePattern(text, escape: sign, isCaseless: like.style == .caseless) else {
                throw self.error(.badValue, at: like.pattern, "the pattern ends in its escape character")
            }
            self.layout.patterns.append(known)
            return self.folded(
                .like(value, pattern: self.layout.patterns.count - 1, isNegated: like.isNegated)
            )
        }
        do throws(RegularExpressionParser.Failure) {
            self.layout.expressions.append(try RegularExpressionParser.similar(text, escape: sign))
        } catch {
            throw self.error(.badValue, at: like.pattern, "the pattern \(error.message)")
        }
        return self.folded(.similar(value, pattern: self.layout.expressions.count - 1, isNegated: like.isNegated))
    }

    /// The text of a node, if it is a constant one.
    private func text(_ index: Int) -> String? {
        guard case .text(let piece) = self.layout.nodes[index] else { return nil }
        return String(decoding: self.layout.texts[piece.range], as: UTF8.self)
    }
}

// MARK: - Layout

extension Compiler {
    private mutating func add(_ node: Program.Node) -> Int {
        self.layout.nodes.append(node)
        return self.layout.nodes.count - 1
    }

    private mutating func constant(_ value: JSONValue) -> Int {
        switch value {
        case .null: return self.add(.null)
        case .bool(let value): return self.add(.bool(value))
        case .integer(let value): return self.add(.integer(value))
        case .number(let value): return self.add(value.isFinite ? .number(value) : .null)
        case .string(let text): return self.add(.text(self.piece(of: text)))
        case .array, .object:
            self.layout.constants.append(value)
            return self.add(.constant(self.layout.constants.count - 1))
        }
    }

    private mutating func field(_ path: DQLPath) -> Int {
        let root = Array(path.root.utf8)
        let slot = self.slots[root] ?? self.layout.fields.count
        if slot == self.layout.fields.count {
            self.layout.fields.append(self.piece(of: path.root))
            self.slots[root] = slot
        }
        guard path.names.count > 1 else { return self.add(.field(slot)) }
        return self.add(.path(slot, names: self.pieces(of: Array(path.names.dropFirst()))))
    }

    private mutating func children(_ indices: [Int]) -> Piece {
        let start = Int32(self.layout.children.count)
        self.layout.children += indices
        return Piece(start: start, end: Int32(self.layout.children.count))
    }

    private mutating func piece(of text: String) -> Piece {
        let start = Int32(self.layout.texts.count)
        if self.layout.texts.count <= Self.maximumTexts { self.layout.texts += Array(text.utf8) }
        return Piece(start: start, end: Int32(self.layout.texts.count))
    }

    private mutating func pieces(of texts: [String]) -> Piece {
        let pieces = texts.map { self.piece(of: $0) }
        let start = Int32(self.layout.names.count)
        self.layout.names += pieces
        return Piece(start: start, end: Int32(self.layout.names.count))
    }

    /// Adds a node, or the constant that it comes to when nothing in it depends on the document.
    private mutating func folded(_ node: Program.Node) -> Int {
        let index = self.add(node)
        guard self.parts(of: node).allSatisfy(self.isConstant), self.layout.texts.count <= Self.maximumTexts else {
            return index
        }
        let document: [UInt8] = [UInt8(ascii: "{"), UInt8(ascii: "}")]
        let program = Program(self.layout)
        let value = document.withUnsafeBufferPointer { document in
            program.withRow(of: document) { program.operand(index, $0).json } ?? nil
        }
        return self.constant(value ?? .null)
    }

    private func isConstant(_ index: Int) -> Bool {
        switch self.layout.nodes[index] {
        case .null, .bool, .integer, .number, .text, .constant: true
        default: false
        }
    }

    private func parts(of node: Program.Node) -> [Int] {
        switch node {
        case .null, .bool, .integer, .number, .text, .constant: []
        case .field, .path: [self.layout.nodes.count - 1]
        case .array(let parts), .object(let parts, _), .all(let parts), .any(let parts), .call(_, let parts):
            Array(self.layout.children[parts.range])
        case .negative(let part), .not(let part), .test(let part, _, _): [part]
        case .like(let part, _, _), .similar(let part, _, _): [part]
        case .comparison(_, let left, let right), .arithmetic(_, let left, let right): [left, right]
        case .concatenation(let left, let right), .exclusiveOr(let left, let right): [left, right]
        case .oneOf(let value, let list, _): [value] + self.layout.children[list.range]
        case .element(let value, let array, _): [value, array]
        case .between(let value, let low, let high, _): [value, low, high]
        case .anyLike(_, let value, let pattern, let escape, _): [value, pattern] + (escape < 0 ? [] : [escape])
        }
    }
}
