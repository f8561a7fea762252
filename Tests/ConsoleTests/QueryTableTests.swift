import JSON
import Testing

@testable import Console

@Suite("Query table")
struct QueryTableTests {
    @Test("a column for each field of any row, _id first, values in their shortest form")
    func columns() {
        let table = QueryTable.table([
            ["color": "blue", "_id": "a", "wheels": 4],
            ["_id": ["site": "x"], "owner": .null, "color": "red"],
        ])
        #expect(
            table.lines() == [
                "_id            color   wheels   owner",
                "a              blue    4",
                #"{"site":"x"}   red              null"#,
            ]
        )
    }

    @Test("rows that are no objects stand in a column of their own")
    func values() {
        #expect(QueryTable.table([3, "x"]).lines() == ["value", "3", "x"])
    }
}
