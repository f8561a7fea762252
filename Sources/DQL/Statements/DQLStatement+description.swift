/// The canonical text of statements.
extension DQLStatement: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        switch self.form {
        case .select(let select): select.description
        case .insert(let insert): insert.description
        case .update(let update): update.description
        case .delete(let removal): "DELETE FROM \(removal)"
        case .evict(let removal): "EVICT FROM \(removal)"
        }
    }
}

extension DQLSelect: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        var text = "SELECT \(self.projections.map(\.description).joined(separator: ", ")) FROM "
        text += ReservedWords.spelling(of: self.collection)
        text += self.condition.map { " WHERE \($0)" } ?? ""
        if !self.orderings.isEmpty {
            text +=
                " ORDER BY "
                + self.orderings.map { "\($0.value)\($0.isDescending ? " DESC" : "")" }.joined(separator: ", ")
        }
        text += self.limit.map { " LIMIT \($0)" } ?? ""
        return text + (self.offset.map { " OFFSET \($0)" } ?? "")
    }
}

extension DQLSelect.Projection: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        switch self {
        case .everything: "*"
        case .value(let value, let name, let isNamed):
            isNamed ? "\(value) AS \(ReservedWords.spelling(of: name))" : value.description
        }
    }
}

extension DQLInsert: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        let documents = self.documents.map { "(\($0))" }.joined(separator: ", ")
        let policy = self.conflictPolicy == .fail ? "" : " ON ID CONFLICT \(self.conflictPolicy.rawValue)"
        return "INSERT INTO \(ReservedWords.spelling(of: self.collection)) \(self.isInitial ? "INITIAL " : "")"
            + "DOCUMENTS \(documents)\(policy)"
    }
}

extension DQLUpdate: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        var text = "UPDATE \(ReservedWords.spelling(of: self.collection))"
        if !self.assignments.isEmpty {
            text += " SET " + self.assignments.map { "\($0.path) = \($0.value)" }.joined(separator: ", ")
        }
        if !self.removals.isEmpty { text += " UNSET " + self.removals.map(\.description).joined(separator: ", ") }
        return text + (self.condition.map { " WHERE \($0)" } ?? "")
    }
}

extension DQLRemoval: CustomStringConvertible {
    /// The canonical text.
    package var description: String {
        ReservedWords.spelling(of: self.collection) + (self.condition.map { " WHERE \($0)" } ?? "")
    }
}
