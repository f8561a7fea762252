import JSON

/// Walks through one condition and gathers what there is to tell.
struct Linter {
    /// Where the condition stands, which decides what is wrong with it.
    enum Surroundings {
        /// It is a query of a replication.
        case replication
        /// It is in a statement that is executed at once: there are arguments, and what cannot be evaluated is refused.
        case statement
    }

    let surroundings: Surroundings
    let bytes: [UInt8]
    private let condition: DQLExpression
    /// Whether there is anything that only the compiler reads.
    var hasPatterns = false
    private var findings: [DQLFinding] = []

    /// Nobody reads more; and to find the place of each takes time.
    private static let maximumFindings = 64

    /// Creates a linter.
    ///
    /// - Parameters:
    ///   - condition: The condition.
    ///   - text: The whole text that it stands in.
    ///   - surroundings: What that is.
    init(_ condition: DQLExpression, in text: String, of surroundings: Surroundings) {
        self.surroundings = surroundings
        self.bytes = Array(text.utf8)
        self.condition = condition
    }

    /// The findings in the order of their places.
    var sorted: [DQLFinding] {
        self.findings.enumerated()
            .sorted { ($0.element.place.offset, $0.offset) < ($1.element.place.offset, $1.offset) }
            .map(\.element)
    }

    mutating func lint() {
        self.lintTokens()
        self.visit(self.condition, as: .condition)
        if self.surroundings == .replication { self.lintPatterns() }
        self.lintOutcomes()
    }

    mutating func tell(_ rule: DQLFinding.Rule, at offset: Int, _ message: String, fix: String? = nil) {
        guard self.findings.count < Self.maximumFindings else { return }
        let place = DQLPlace(offset: offset, in: self.bytes)
        self.findings.append(
            DQLFinding(rule: rule, severity: .warning, place: place, message: message, fix: fix)
        )
    }

    /// Whether a rule has spoken about a part of the text.
    func hasTold(_ rules: Set<DQLFinding.Rule>, in range: Range<Int>) -> Bool {
        self.findings.contains { rules.contains($0.rule) && range.contains($0.place.offset) }
    }

    /// The text of an expression as it was written.
    func text(of expression: DQLExpression) -> String {
        let range = expression.range.clamped(to: 0..<self.bytes.count)
        return String(decoding: self.bytes[range], as: UTF8.self)
    }

    // MARK: - Tokens

    /// Finds what the tree no longer shows.
    private mutating func lintTokens() {
        guard zip(self.bytes, self.bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "=") && $1 == $0 }) else {
            return
        }
        let tokens = (try? Lexer.tokens(of: self.bytes, limits: DQLLimits())) ?? []
        for token in tokens
        where token.kind == .symbol(.doubleEqual) && self.condition.range.contains(token.range.lowerBound) {
            self.tell(.legacy, at: token.range.lowerBound, "has == of the legacy query language", fix: "=")
        }
    }

    /// Asks the compiler about patterns, when there is nothing else that it would stumble over.
    private mutating func lintPatterns() {
        guard self.hasPatterns else { return }
        guard self.findings.allSatisfy({ $0.rule != .parameter && $0.rule != .unknownFunction }) else { return }
        do throws(DQLError) {
            _ = try Compiler.program(of: self.condition, in: self.bytes)
        } catch {
            self.tell(.pattern, at: error.place.offset, "cannot be evaluated: \(error.sentence)")
        }
    }

    // MARK: - Outcomes

    private mutating func lintOutcomes() {
        let expression = self.condition
        // Whoever writes true means it.
        guard expression.form != .literal(true) else { return }
        self.lintOutcome(of: expression, whole: true)
    }

    /// The rules that say already why nothing matches.
    private static let explained: Set<DQLFinding.Rule> = [
        .doubleQuotes, .nullComparison, .legacy, .pattern, .unknownFunction,
    ]

    private mutating func lintOutcome(of expression: DQLExpression, whole: Bool) {
        let offset = expression.range.lowerBound
        let outcomes = Outcomes(of: expression)
        if !outcomes.contains(.yes) {
            guard !self.hasTold(Self.explained, in: expression.range) else { return }
            let reason = expression.contradiction.map { ": \($0)" } ?? ""
            self.tell(
                .neverTrue,
                at: offset,
                whole
                    ? "is never true\(reason), so that nothing matches"
                    : "has \(Token.shortened(self.text(of: expression))), which is never true\(reason)"
            )
        } else if outcomes == .yes {
            self.tell(
                .alwaysTrue,
                at: offset,
                whole
                    ? "is true of every document"
                    : "has \(Token.shortened(self.text(of: expression))), which is always true",
                fix: whole ? "true, if that is meant" : nil
            )
        } else if let tautology = expression.tautology {
            self.tell(.alwaysTrue, at: offset, "\(tautology)")
        } else {
            for operand in expression.operands where !operand.form.isBoolean {
                self.lintOutcome(of: operand, whole: false)
            }
        }
    }
}

extension DQLExpression {
    /// The conditions that it is made of.
    var operands: [DQLExpression] {
        switch self.form {
        case .all(let operands), .any(let operands): operands
        case .not(let operand): [operand]
        case .binary(.exclusiveOr, let left, let right): [left, right]
        default: []
        }
    }
}

extension DQLExpression.Form {
    /// Whether it is `true` or `false` in so many words.
    var isBoolean: Bool { if case .literal(.bool) = self { true } else { false } }
}
