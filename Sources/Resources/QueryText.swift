/// The two traps of queries that can be seen without parsing DQL.
enum QueryText {
    /// What is probably not meant by a query; `nil` when nothing strikes.
    static func suspicion(about query: String) -> String? {
        let words = query.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        if words.count == 2, words[0].lowercased() == "select" {
            return "is a whole statement; a query is only what would follow WHERE"
        }
        guard query.utf8.contains(UInt8(ascii: "\"")), let quoted = self.doubleQuoted(in: query) else { return nil }
        return "has \"\(quoted)\" in double quotes, which DQL takes for the name of a field, so that nothing matches; "
            + "write '\(quoted)'"
    }

    /// The first text in double quotes that is not itself inside single quotes or backticks.
    private static func doubleQuoted(in query: String) -> Substring? {
        var rest = query[...]
        while let open = rest.firstIndex(where: { $0 == "'" || $0 == "`" || $0 == "\"" }) {
            let inside = rest[rest.index(after: open)...]
            let close = inside.firstIndex(of: rest[open]) ?? inside.endIndex
            if rest[open] == "\"" { return inside[..<close] }
            guard close < inside.endIndex else { return nil }
            rest = inside[inside.index(after: close)...]
        }
        return nil
    }
}
