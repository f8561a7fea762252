import JSON

/// The run of a DELETE or an EVICT: which documents go.
package struct DQLRemovalRun: Sendable {
    /// The collection to remove from.
    package let collection: String
    /// Which documents go.
    package let filter: DQLFilter

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - removal: What to remove.
    ///   - statement: The statement that it is of.
    ///   - arguments: The values of the statement's `:parameters`.
    /// - Throws: What cannot be evaluated, with its place.
    package init(
        _ removal: DQLRemoval,
        in statement: DQLStatement,
        arguments: DQLArguments = DQLArguments()
    ) throws(DQLError) {
        self.collection = removal.collection
        self.filter = try StatementSource(statement, arguments).filter(removal.condition)
    }
}
