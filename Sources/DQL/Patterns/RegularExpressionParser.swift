/// Reads a regular expression and makes its program.
///
/// ```
/// choice   := sequence { '|' sequence }
/// sequence := { piece }
/// piece    := atom { '*' | '+' | '?' | '{' n [ ',' [ m ] ] '}' }
/// atom     := '(' [ '?:' ] choice ')' | '[' … ']' | '.' | '^' | '$' | '\' … | character
/// ```
/// In SQL's own dialect (SIMILAR TO) `%` is any text, `_` any character, and `.`, `^` and `$` are themselves.
struct RegularExpressionParser {
    /// What a part of the expression is, before it is laid out.
    private indirect enum Part {
        case empty
        case character(CharacterClass)
        case assertion(RegularExpression.Assertion)
        case sequence([Part])
        case choice([Part])
        case repetition(Part, Int, Int?)
    }

    /// Why a text is no regular expression.
    struct Failure: Error, Hashable {
        let message: String
    }

    private let scalars: [Unicode.Scalar]
    private let options: RegularExpression.Options
    private let isSQL: Bool
    private let escape: Unicode.Scalar?
    private var index = 0
    private var depth = 0
    private var program: [RegularExpression.Instruction] = []

    /// Reads the expression of `regexp_like`.
    static func expression(
        _ text: String,
        options: RegularExpression.Options
    ) throws(Failure) -> RegularExpression {
        var parser = RegularExpressionParser(text, options, isSQL: false, escape: "\\")
        return try parser.expression()
    }

    /// Reads the pattern of SIMILAR TO, which must be the whole text.
    static func similar(_ text: String, escape: Unicode.Scalar?) throws(Failure) -> RegularExpression {
        var options = RegularExpression.Options()
        options.dotMatchesLineBreaks = true
        var parser = RegularExpressionParser(text, options, isSQL: true, escape: escape ?? "\\")
        return try parser.expression()
    }

    private init(_ text: String, _ options: RegularExpression.Options, isSQL: Bool, escape: Unicode.Scalar?) {
        self.scalars = Array(text.unicodeScalars)
        self.options = options
        self.isSQL = isSQL
        self.escape = escape
    }

    private mutating func expression() throws(Failure) -> RegularExpression {
        let part = try self.choice()
        guard self.index == self.scalars.count else { throw Failure(message: "has ')' without '('") }
        if self.isSQL { self.program.append(.assertion(.start)) }
        try self.lay(out: part)
        if self.isSQL { self.program.append(.assertion(.end)) }
        try self.emit(.match)
        return RegularExpression(instructions: self.program, isCaseless: self.options.isCaseless)
    }
}

// MARK: - Reading

extension RegularExpressionParser {
    private mutating func peek() -> Unicode.Scalar? {
        while self.options.isExtended, self.index < self.scalars.count {
            guard CharacterClass.space.contains(self.scalars[self.index], isCaseless: false) else { break }
            self.index += 1
        }
        return self.index < self.scalars.count ? self.scalars[self.index] : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.peek() == scalar else { return false }
        self.index += 1
        return true
    }

    private mutating func choice() throws(Failure) -> Part {
        self.depth += 1
        guard self.depth <= 64 else { throw Failure(message: "has more than 64 groups inside one another") }
        var branches = [try self.sequence()]
        while self.take("|") { branches.append(try self.sequence()) }
        self.depth -= 1
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Failure) -> Part {
        var parts: [Part] = []
        while let scalar = self.peek(), scalar != "|", scalar != ")" { parts.append(try self.piece()) }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func piece() throws(Failure) -> Part {
        var part = try self.atom()
        var repetitions = 0
        while let bounds = try self.repetition() {
            repetitions += 1
            guard repetitions <= 4 else { throw Failure(message: "repeats a repetition") }
            part = .repetition(part, bounds.0, bounds.1)
            // Lazy or possessive: which of the matches is taken makes no difference to whether there is one.
            if !self.isSQL, !self.take("?") { _ = self.take("+") }
        }
        return part
    }

    private mutating func repetition() throws(Failure) -> (Int, Int?)? {
        switch self.peek() {
        case "*"?: self.index += 1
        case "+"?:
            self.index += 1
            return (1, nil)
        case "?"?:
            self.index += 1
            return (0, 1)
        case "{"?:
            self.index += 1
            return try self.bounds()
        default: return nil
        }
        return (0, nil)
    }

    private mutating func bounds() throws(Failure) -> (Int, Int?) {
        let low = self.number()
        let hasComma = self.take(",")
        let high = hasComma ? self.number() : low
        guard let low, self.take("}"), low <= high ?? low else {
            throw Failure(message: "has '{' without numbers, such as {2}, {2,} or {2,5}")
        }
        return (low, high)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = self.peek(), CharacterClass.digit.contains(scalar, isCaseless: false) {
            self.index += 1
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
        }
        return value
    }

    private mutating func atom() throws(Failure) -> Part {
        guard let scalar = self.peek() else { throw Failure(message: "ends too early") }
        self.index += 1
        if scalar == self.escape { return try self.escaped() }
        switch scalar {
        case "(":
            if self.take("?"), !self.take(":") {
                throw Failure(message: "has a group (?…), of which only (?:…) is known")
            }
            let inner = try self.choice()
            guard self.take(")") else { throw Failure(message: "has '(' without ')'") }
            return inner
        case "[": return .character(try self.bracketed())
        case "*", "+", "?", "{": throw Failure(message: "has '\(scalar)' with nothing before it to repeat")
        case "%" where self.isSQL: return .repetition(.character(.any), 0, nil)
        case "_" where self.isSQL: return .character(.any)
        case "." where !self.isSQL:
            return .character(self.options.dotMatchesLineBreaks ? .any : CharacterClass.lineBreak.negated)
        case "^" where !self.isSQL: return .assertion(self.options.isMultiline ? .lineStart : .start)
        case "$" where !self.isSQL: return .assertion(self.options.isMultiline ? .lineEnd : .end)
        default: return .character(CharacterClass(scalar))
        }
    }

    private mutating func escaped() throws(Failure) -> Part {
        guard self.index < self.scalars.count else { throw Failure(message: "ends in the escape character") }
        let scalar = self.scalars[self.index]
        self.index += 1
        guard !self.isSQL else { return .character(CharacterClass(scalar)) }
        switch scalar {
        case "b": return .assertion(.wordBoundary)
        case "B": return .assertion(.noWordBoundary)
        case "A": return .assertion(.start)
        case "z", "Z": return .assertion(.end)
        default: return .character(try Self.escapedClass(scalar))
        }
    }

    private static func escapedClass(_ scalar: Unicode.Scalar) throws(Failure) -> CharacterClass {
        switch scalar {
        case "d": return .digit
        case "D": return CharacterClass.digit.negated
        case "w": return .word
        case "W": return CharacterClass.word.negated
        case "s": return .space
        case "S": return CharacterClass.space.negated
        case "n": return .lineBreak
        case "r": return CharacterClass("\r")
        case "t": return CharacterClass("\t")
        default: break
        }
        guard !CharacterClass.word.contains(scalar, isCaseless: false) else {
            throw Failure(message: "has \\\(scalar), which means nothing here")
        }
        return CharacterClass(scalar)
    }

    private mutating func bracketed() throws(Failure) -> CharacterClass {
        var set = CharacterClass()
        let isNegated = self.next(is: "^")
        if isNegated { self.index += 1 }
        var isFirst = true
        while self.index < self.scalars.count {
            let scalar = self.scalars[self.index]
            self.index += 1
            if scalar == "]", !isFirst { return isNegated ? set.negated : set }
            isFirst = false
            if scalar == "[", self.next(is: ":") {
                set.formUnion(try self.namedClass())
                continue
            }
            let start = try self.member(scalar)
            guard start.ranges.count == 1, !start.isNegated, self.next(is: "-"), !self.next(is: "]", ahead: 1) else {
                guard !start.isNegated else { throw Failure(message: "has a negated class inside brackets") }
                set.formUnion(start)
                continue
            }
            self.index += 1
            guard self.index < self.scalars.count else { break }
            let last = self.scalars[self.index]
            self.index += 1
            let end = try self.member(last)
            guard let low = start.ranges.first?.lowerBound, let high = end.ranges.first?.upperBound, low <= high else {
                throw Failure(message: "has a range in brackets that ends before it starts")
            }
            set.formUnion(CharacterClass([low...high]))
        }
        throw Failure(message: "has '[' without ']'")
    }

    private mutating func member(_ scalar: Unicode.Scalar) throws(Failure) -> CharacterClass {
        guard scalar == self.escape, self.index < self.scalars.count else { return CharacterClass(scalar) }
        let escaped = self.scalars[self.index]
        self.index += 1
        return self.isSQL ? CharacterClass(escaped) : try Self.escapedClass(escaped)
    }

    private mutating func namedClass() throws(Failure) -> CharacterClass {
        let rest = self.scalars[(self.index + 1)...]
        guard let end = rest.firstIndex(of: ":"), end + 1 < self.scalars.count, self.scalars[end + 1] == "]" else {
            throw Failure(message: "has '[:' without ':]'")
        }
        let name = String(String.UnicodeScalarView(rest[..<end]))
        guard let set = CharacterClass.named[name] else { throw Failure(message: "has the unknown class [:\(name):]") }
        self.index = end + 2
        return set
    }

    private func next(is scalar: Unicode.Scalar, ahead count: Int = 0) -> Bool {
        self.index + count < self.scalars.count && self.scalars[self.index + count] == scalar
    }
}

// MARK: - Laying out

extension RegularExpressionParser {
    private mutating func emit(_ instruction: RegularExpression.Instruction) throws(Failure) {
        guard self.program.count < RegularExpression.maximumLength else {
            throw Failure(message: "is too long when its repetitions are written out")
        }
        self.program.append(instruction)
    }

    private mutating func lay(out part: Part) throws(Failure) {
        switch part {
        case .empty: break
        case .character(let set): try self.emit(.character(set))
        case .assertion(let assertion): try self.emit(.assertion(assertion))
        case .sequence(let parts): for part in parts { try self.lay(out: part) }
        case .choice(let branches): try self.lay(outChoice: branches)
        case .repetition(let part, let low, let high):
            for _ in 0..<min(low, RegularExpression.maximumLength) {
                // Something empty needs no repeating, and would never reach the limit.
                let before = self.program.count
                try self.lay(out: part)
                if self.program.count == before { return }
            }
            try self.lay(outRest: part, high.map { $0 - low })
        }
    }

    private mutating func lay(outChoice branches: [Part]) throws(Failure) {
        var exits: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index < branches.count - 1 else {
                try self.lay(out: branch)
                break
            }
            let fork = self.program.count
            try self.emit(.fork(fork + 1, fork + 1))
            try self.lay(out: branch)
            exits.append(self.program.count)
            try self.emit(.jump(0))
            self.program[fork] = .fork(fork + 1, self.program.count)
        }
        for exit in exits { self.program[exit] = .jump(self.program.count) }
    }

    /// Lays out what may follow the repetitions that must be there: any number of them, or up to a number.
    private mutating func lay(outRest part: Part, _ count: Int?) throws(Failure) {
        guard let count else {
            let fork = self.program.count
            try self.emit(.fork(fork + 1, fork + 1))
            try self.lay(out: part)
            try self.emit(.jump(fork))
            self.program[fork] = .fork(fork + 1, self.program.count)
            return
        }
        var forks: [Int] = []
        for _ in 0..<min(count, RegularExpression.maximumLength) {
            forks.append(self.program.count)
            try self.emit(.fork(self.program.count + 1, self.program.count + 1))
            try self.lay(out: part)
        }
        for fork in forks { self.program[fork] = .fork(fork + 1, self.program.count) }
    }
}
