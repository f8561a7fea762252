/// One regular expression on its way over one text.
struct RegularExpressionRun {
    /// The states that are alive, each once.
    private struct States {
        var list: [Int] = []
        private var seen: [Bool]

        init(count: Int) {
            self.list.reserveCapacity(count)
            self.seen = Array(repeating: false, count: count)
        }

        mutating func insert(_ state: Int) -> Bool {
            guard self.seen.indices.contains(state), !self.seen[state] else { return false }
            self.seen[state] = true
            return true
        }

        mutating func removeAll() {
            self.list.removeAll(keepingCapacity: true)
            for index in self.seen.indices { self.seen[index] = false }
        }
    }

    private let expression: RegularExpression
    private var current: States
    private var next: States
    private var pending: [Int] = []

    init(_ expression: RegularExpression) {
        self.expression = expression
        self.current = States(count: expression.instructions.count)
        self.next = States(count: expression.instructions.count)
    }

    /// Whether the expression matches somewhere in a text.
    mutating func matches(_ text: Bytes) -> Bool {
        var before: Unicode.Scalar?
        var iterator = String(decoding: text, as: UTF8.self).unicodeScalars.makeIterator()
        var scalar = iterator.next()
        while true {
            // A match may begin at every place.
            if Self.add(0, to: &self.current, &self.pending, self.expression, before, scalar) { return true }
            guard let now = scalar else { return false }
            scalar = iterator.next()
            for state in self.current.list {
                guard case .character(let wanted) = self.expression.instructions[state],
                    wanted.contains(now, isCaseless: self.expression.isCaseless)
                else { continue }
                if Self.add(state + 1, to: &self.next, &self.pending, self.expression, now, scalar) { return true }
            }
            swap(&self.current, &self.next)
            self.next.removeAll()
            before = now
        }
    }

    /// Adds a state with all that it leads to without taking a character; says whether the match is among them.
    private static func add(
        _ state: Int,
        to states: inout States,
        _ pending: inout [Int],
        _ expression: RegularExpression,
        _ before: Unicode.Scalar?,
        _ after: Unicode.Scalar?
    ) -> Bool {
        pending.append(state)
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch expression.instructions[state] {
            case .character: states.list.append(state)
            case .fork(let first, let second): pending += [second, first]
            case .jump(let target): pending.append(target)
            case .assertion(let assertion):
                if assertion.holds(between: before, and: after) { pending.append(state + 1) }
            case .match:
                pending.removeAll()
                return true
            }
        }
        return false
    }
}

extension RegularExpression.Assertion {
    func holds(between before: Unicode.Scalar?, and after: Unicode.Scalar?) -> Bool {
        switch self {
        case .start: before == nil
        case .end: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: Self.isWord(before) != Self.isWord(after)
        case .noWordBoundary: Self.isWord(before) == Self.isWord(after)
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { CharacterClass.word.contains($0, isCaseless: false) } ?? false
    }
}
