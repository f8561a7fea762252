import DQL
import JSON
import KubernetesModel

/// The rules about `queriesByCollection`, wherever it stands: what is no DQL is refused, what is odd is warned of.
enum QueryRules {
    /// How much is told of one query.
    private static let maximumCount = 8

    /// Finds what is wrong with queries, or probably not meant.
    ///
    /// - Parameters:
    ///   - new: The object, or a part of it.
    ///   - old: The same as it is, when there is one.
    ///   - names: Where in it `queriesByCollection` is.
    ///   - base: Where the part is in the object.
    /// - Returns: The problems. A query that was there before is never an error: it must not stand in the way of other
    ///   changes, such as that of a finalizer.
    static func problems(
        in new: JSONValue,
        since old: JSONValue?,
        at names: [String],
        below base: FieldPath = FieldPath()
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let names = names + ["queriesByCollection"]
        for member in new[names]?.object?.members ?? [] {
            let path = FieldPath(base.components + names.map { .key($0) }).key(member.key)
            if let finding = DQLLint.finding(inCollection: member.key) {
                problems.append(
                    FieldProblem(.discouraged, at: path, finding.sentence, severity: .warning, part: .key)
                )
            }
            let before = old?[names]?[member.key]?.array ?? []
            for (index, query) in (member.value.array ?? []).enumerated() {
                guard let text = query.string else { continue }
                problems += self.problems(in: text, at: path.index(index), isKnown: before.contains(query))
            }
        }
        return problems
    }

    private static func problems(in text: String, at path: FieldPath, isKnown: Bool) -> [FieldProblem] {
        // The schema speaks about these.
        guard (1...Schema.maximumQueryLength).contains(text.unicodeScalars.count) else { return [] }
        return DQLLint.findings(in: text).prefix(self.maximumCount).map { finding in
            let isError = finding.severity == .error && !isKnown
            return FieldProblem(
                isError ? .invalid : .discouraged,
                at: path,
                finding.sentence,
                severity: isError ? .error : .warning,
                place: TextPlace(line: finding.place.line, column: finding.place.column)
            )
        }
    }
}
