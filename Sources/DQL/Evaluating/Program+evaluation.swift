import JSON

extension Program {
    /// Whether a node is true: what conditions are made of never becomes a value on the way.
    func truth(_ index: Int, _ row: Row) -> Truth {
        switch self.nodes[index] {
        case .bool(let value): return Truth(value)
        case .not(let operand): return !self.truth(operand, row)
        case .comparison(let sign, let left, let right):
            return self.operand(left, row).relation(to: self.operand(right, row)).truth(of: sign)
        case .exclusiveOr(let left, let right): return self.truth(left, row).exclusiveOr(self.truth(right, row))
        case .all(let parts): return self.all(parts, row)
        case .any(let parts): return !self.none(of: parts, row)
        case .oneOf(let value, let list, let isNegated): return self.isOne(value, of: list, row).negated(isNegated)
        case .element(let value, let array, let isNegated):
            return self.operand(array, row).holds(self.operand(value, row)).negated(isNegated)
        case .between(let value, let low, let high, let isNegated):
            let value = self.operand(value, row)
            let isAbove = value.relation(to: self.operand(low, row)).truth(of: .greaterOrEqual)
            let isBelow = value.relation(to: self.operand(high, row)).truth(of: .lessOrEqual)
            return isAbove.and(isBelow).negated(isNegated)
        case .like(let value, let pattern, let isNegated):
            let found = self.operand(value, row).withText(self.patterns[pattern].matches)
            return found.map { Truth($0).negated(isNegated) } ?? .unknown
        case .similar(let value, let pattern, let isNegated):
            let found = self.operand(value, row).withText(self.expressions[pattern].matches)
            return found.map { Truth($0).negated(isNegated) } ?? .unknown
        case .anyLike(let style, let value, let pattern, let escape, let isNegated):
            return self.isLike(style, value, pattern, escape, row).negated(isNegated)
        case .test(let value, let test, let isNegated):
            return Truth(self.operand(value, row).passes(test)).negated(isNegated)
        default: return Truth(self.operand(index, row))
        }
    }

    /// The value of a node.
    func operand(_ index: Int, _ row: Row) -> Operand {
        switch self.nodes[index] {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let piece): .text(row.texts.part(piece.range))
        case .constant(let constant): Operand(self.constants[constant])
        case .field(let slot): row.field(slot)
        case .path(let slot, let names): self.follow(names, from: row.field(slot), row)
        case .array(let parts): .array(self.children[parts.range].map { row.part(self.operand($0, row)) ?? .null })
        case .object(let parts, let keys): self.object(parts, keys, row)
        case .negative(let operand): self.operand(operand, row).negated
        case .arithmetic(let sign, let left, let right):
            self.operand(left, row).result(of: sign, self.operand(right, row))
        case .concatenation(let left, let right): self.operand(left, row).joined(with: self.operand(right, row), row)
        case .call(let function, let arguments): self.call(function, arguments, row)
        default: self.truth(index, row).operand
        }
    }

    private func follow(_ names: Piece, from start: Operand, _ row: Row) -> Operand {
        var value = start
        for name in self.names[names.range] { value = value.member(row.texts.part(name.range)) }
        return value
    }

    /// A member without a value is left out.
    private func object(_ parts: Piece, _ keys: Piece, _ row: Row) -> Operand {
        var members: [JSONObject.Member] = []
        for (child, key) in zip(self.children[parts.range], self.names[keys.range]) {
            guard let value = row.part(self.operand(child, row)) else { continue }
            members.append(JSONObject.Member(key: row.texts.part(key.range).string, value: value))
        }
        return .object(JSONObject(members))
    }

    private func all(_ parts: Piece, _ row: Row) -> Truth {
        var truth = Truth.yes
        for child in parts.range {
            truth = truth.and(self.truth(self.children[child], row))
            if truth == .no { return .no }
        }
        return truth
    }

    private func none(of parts: Piece, _ row: Row) -> Truth {
        var truth = Truth.yes
        for child in parts.range {
            truth = truth.and(!self.truth(self.children[child], row))
            if truth == .no { return .no }
        }
        return truth
    }

    private func isOne(_ value: Int, of list: Piece, _ row: Row) -> Truth {
        let value = self.operand(value, row)
        var truth = Truth.no
        for child in list.range {
            switch value.relation(to: self.operand(self.children[child], row)) {
            case .equal: return .yes
            case .unknown: truth = .unknown
            default: break
            }
        }
        return truth
    }

    private func isLike(
        _ style: DQLLike.Style,
        _ value: Int,
        _ pattern: Int,
        _ escape: Int,
        _ row: Row
    ) -> Truth {
        let value = self.operand(value, row)
        guard let text = self.operand(pattern, row).string else { return .unknown }
        var sign: Unicode.Scalar?
        if escape >= 0 {
            let scalars = self.operand(escape, row).string?.unicodeScalars
            guard let scalars, scalars.count == 1 else { return .unknown }
            sign = scalars.first
        }
        let found: Bool?
        if style == .similar {
            found = (try? RegularExpressionParser.similar(text, escape: sign)).flatMap { value.withText($0.matches) }
        } else {
            let pattern = LikePattern(text, escape: sign, isCaseless: style == .caseless)
            found = pattern.flatMap { value.withText($0.matches) }
        }
        return found.map { Truth($0) } ?? .unknown
    }
}

extension Operand {
    /// Whether an array holds a value; of anything else that is unknown.
    func holds(_ value: Operand) -> Truth {
        guard let elements = self.elements, !value.isNothing else { return .unknown }
        var truth = Truth.no
        for element in elements {
            switch value.relation(to: Operand(element)) {
            case .equal: return .yes
            case .unknown: truth = .unknown
            default: break
            }
        }
        return truth
    }

    /// What IS asks for, to the letter of the documentation: null is null, and missing is missing.
    func passes(_ test: DQLTest) -> Bool {
        switch (test, self) {
        case (.null, .null), (.unknown, .null), (.missing, .missing): true
        default: false
        }
    }
}
