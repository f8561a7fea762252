import JSON

/// A statement that is ready to run.
package enum DQLRun: Sendable {
    /// Reads documents.
    case select(DQLSelectRun)
    /// Adds documents.
    case insert(DQLInsertRun)
    /// Changes fields of documents.
    case update(DQLUpdateRun)
    /// Removes documents everywhere.
    case delete(DQLRemovalRun)
    /// Removes documents here, and only here.
    case evict(DQLRemovalRun)

    /// Prepares the run of a statement.
    ///
    /// - Parameters:
    ///   - statement: The statement.
    ///   - arguments: The values of its `:parameters`.
    ///   - limits: How much may be held.
    ///   - generator: Where the ids of documents without one come from.
    /// - Throws: What cannot be evaluated, with its place.
    package init(
        _ statement: DQLStatement,
        arguments: DQLArguments = DQLArguments(),
        limits: DQLRunLimits = DQLRunLimits(),
        using generator: inout some RandomNumberGenerator
    ) throws(DQLError) {
        switch statement.form {
        case .select(let select):
            self = .select(try DQLSelectRun(select, in: statement, arguments: arguments, limits: limits))
        case .insert(let insert):
            self = .insert(try DQLInsertRun(insert, in: statement, arguments: arguments, using: &generator))
        case .update(let update): self = .update(try DQLUpdateRun(update, in: statement, arguments: arguments))
        case .delete(let removal): self = .delete(try DQLRemovalRun(removal, in: statement, arguments: arguments))
        case .evict(let removal): self = .evict(try DQLRemovalRun(removal, in: statement, arguments: arguments))
        }
    }
}
