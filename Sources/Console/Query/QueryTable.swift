import JSON

/// The answer of a query as a table: a column for each field that any row has.
package enum QueryTable {
    /// Columns beyond these are left to `-o json`.
    private static let maximumColumns = 40

    /// Creates the table of a query's rows.
    ///
    /// `_id` comes first, the others in the order in which they are met. Text stands as it is, everything else as
    /// compact JSON; what a row does not have stays empty.
    package static func table(_ rows: [JSONValue]) -> TextTable {
        var titles: [String] = []
        var seen: Set<String> = []
        var hasValues = false
        for row in rows {
            guard let object = row.object else {
                hasValues = true
                continue
            }
            for key in object.keys where seen.insert(key).inserted { titles.append(key) }
        }
        if let index = titles.firstIndex(of: "_id") { titles.insert(titles.remove(at: index), at: 0) }
        titles = Array(titles.prefix(Self.maximumColumns))
        var table = TextTable(titles + (hasValues ? ["value"] : []))
        for row in rows {
            if let object = row.object {
                table.append(titles.map { Cell(object[$0].map(Self.text) ?? "") })
            } else {
                table.append(titles.map { _ in Cell("") } + [Cell(Self.text(row))])
            }
        }
        return table
    }

    private static func text(_ value: JSONValue) -> String {
        value.string ?? value.text
    }
}
