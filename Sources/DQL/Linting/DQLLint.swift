/// Finds what is wrong with queries of replications and conditions of statements, or probably not meant.
package enum DQLLint {
    /// Looks at one query.
    ///
    /// - Parameter text: What would follow WHERE.
    /// - Returns: One error when the text is no query; else warnings, in the order of their places.
    package static func findings(in text: String) -> [DQLFinding] {
        // Whoever writes true means it, and most do.
        if text == "true" { return [] }
        let query: DQLQuery
        do throws(DQLError) {
            query = try DQLQuery(parsing: text)
        } catch {
            return [
                DQLFinding(rule: .syntax, severity: .error, place: error.place, message: error.sentence, fix: nil)
            ]
        }
        var linter = Linter(query.expression, in: query.text, of: .replication)
        linter.lint()
        return linter.sorted
    }

    /// Looks at the condition of a statement that is about to be executed.
    ///
    /// - Parameter statement: The statement.
    /// - Returns: Warnings, in the order of their places in the statement's text; none without a condition.
    package static func findings(in statement: DQLStatement) -> [DQLFinding] {
        guard let condition = statement.condition else { return [] }
        var linter = Linter(condition, in: statement.text, of: .statement)
        linter.lint()
        return linter.sorted
    }

    /// Looks at the name of a collection.
    ///
    /// - Parameter name: The name.
    /// - Returns: What is probably not meant, if anything is.
    package static func finding(inCollection name: String) -> DQLFinding? {
        guard name.hasPrefix("__") else { return nil }
        return DQLFinding(
            rule: .systemCollection,
            severity: .warning,
            place: DQLPlace(offset: 0, in: []),
            message: "starts with __, as the collections do that Ditto keeps for itself",
            fix: nil
        )
    }
}
