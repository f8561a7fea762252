import Testing

@testable import DQL

@Suite("DQLStatement")
struct StatementTests {
    @Test(
        "every statement has its canonical text",
        arguments: [
            ("select * from cars", "SELECT * FROM cars"), ("SELECT * FROM cars;", "SELECT * FROM cars"),
            (
                "SELECT * FROM COLLECTION cars (features MAP, `a b` REGISTER) WHERE features.seats = 'leather'",
                "SELECT * FROM cars WHERE features.seats = 'leather'"
            ),
            (
                "SELECT a, b.c AS d, a + 1 FROM `order` ORDER BY a DESC, b ASC LIMIT 5 OFFSET :o",
                "SELECT a, b.c AS d, a + 1 FROM `order` ORDER BY a DESC, b LIMIT 5 OFFSET :o"
            ),
            (
                "SELECT COUNT ( * ) AS n, count(*) FROM cars WHERE true",
                "SELECT count(*) AS n, count(*) FROM cars WHERE TRUE"
            ),
            ("select *, a as `b c` from collection", "SELECT *, a AS `b c` FROM `collection`"),
            ("INSERT INTO cars DOCUMENTS (:a),({'_id':'1'})", "INSERT INTO cars DOCUMENTS (:a), ({'_id': '1'})"),
            ("INSERT INTO cars VALUES (:a) ON ID CONFLICT DO FAIL", "INSERT INTO cars DOCUMENTS (:a)"),
            ("insert into cars documents (:a) on id conflict fail", "INSERT INTO cars DOCUMENTS (:a)"),
            (
                "INSERT INTO cars DOCUMENTS (:a) ON ID CONFLICT DO NOTHING",
                "INSERT INTO cars DOCUMENTS (:a) ON ID CONFLICT DO NOTHING"
            ),
            (
                "INSERT INTO cars DOCUMENTS (deserialize_json(:a)) ON ID CONFLICT DO UPDATE",
                "INSERT INTO cars DOCUMENTS (deserialize_json(:a)) ON ID CONFLICT DO UPDATE"
            ),
            (
                "INSERT INTO cars DOCUMENTS (:a) ON ID CONFLICT DO UPDATE_LOCAL_DIFF",
                "INSERT INTO cars DOCUMENTS (:a) ON ID CONFLICT DO UPDATE_LOCAL_DIFF"
            ),
            (
                "INSERT INTO cars INITIAL DOCUMENTS (:a)",
                "INSERT INTO cars INITIAL DOCUMENTS (:a) ON ID CONFLICT DO NOTHING"
            ),
            (
                "UPDATE cars SET color = 'blue', a.b = a.b + 1 UNSET c, d.e WHERE _id = '123'",
                "UPDATE cars SET color = 'blue', a.b = a.b + 1 UNSET c, d.e WHERE _id = '123'"
            ),
            ("UPDATE cars UNSET c", "UPDATE cars UNSET c"), ("DELETE FROM cars WHERE a", "DELETE FROM cars WHERE a"),
            ("EVICT FROM cars", "EVICT FROM cars"),
        ]
    )
    func canonicalText(text: String, canonical: String) throws {
        let statement = try DQLStatement(parsing: text)
        #expect(statement.description == canonical)
        #expect(try DQLStatement(parsing: canonical).description == canonical)
    }

    @Test("a statement knows its collection and its kind")
    func kinds() throws {
        let texts = [
            "SELECT * FROM c", "INSERT INTO c DOCUMENTS ({})", "UPDATE c SET a = 1", "DELETE FROM c", "EVICT FROM c",
        ]
        let statements = try texts.map { try DQLStatement(parsing: $0) }
        #expect(statements.map(\.kind) == ["select", "insert", "update", "delete", "evict"])
        #expect(statements.map(\.isWriting) == [false, true, true, true, true])
        #expect(Set(statements.map(\.collection)) == ["c"])
    }

    @Test(
        "an error says what was wrong, where, and what was expected",
        arguments: [
            ("", "column 1: the text is empty; expected SELECT, INSERT, UPDATE, DELETE or EVICT"),
            ("color = 'blue'", "column 1: found \"color\"; expected SELECT, INSERT, UPDATE, DELETE or EVICT"),
            (
                "SELECT FROM c",
                "column 8: found the keyword FROM; expected a value or a field; a field of this name is written `FROM`"
            ),
            ("SELECT a b FROM c", "column 10: found \"b\"; expected FROM"),
            ("SELECT * FROM", "column 14: found the end; expected the name of a field"),
            ("SELECT * FROM a.b", "column 18: the name of a collection has a dot; expected `a.b`"),
            ("SELECT DISTINCT a FROM c", "column 8: DISTINCT is not supported"),
            ("SELECT * FROM c GROUP BY a", "column 17: GROUP is not supported here"),
            ("SELECT count(*), a FROM c", "column 8: count(*) stands beside fields, and there is no GROUP BY"),
            ("SELECT count(*) + 1 FROM c", "column 17: found '+'; expected FROM"),
            ("SELECT * FROM c WHERE count(*) > 1", "column 23: count(*) stands only by itself between SELECT and FROM"),
            ("SELECT * FROM c LIMIT a", "column 23: LIMIT is followed by a; expected a whole number"),
            ("SELECT * FROM c LIMIT -1", "column 23: LIMIT is followed by -1; expected a whole number"),
            ("SELECT * FROM c; SELECT", "column 18: found \"SELECT\"; expected the end"),
            ("INSERT INTO c DOCUMENTS {}", "column 25: found '{'; expected '('"),
            (
                "INSERT INTO c DOCUMENTS ({}, {})",
                "column 28: found ','; expected ')'; each document has its own parentheses"
            ),
            ("INSERT INTO c ({})", "column 15: found '('; expected DOCUMENTS"),
            (
                "INSERT INTO c DOCUMENTS ({}) ON ID CONFLICT DO REPLACE",
                "column 48: found \"REPLACE\"; expected FAIL, NOTHING, UPDATE or UPDATE_LOCAL_DIFF"
            ),
            ("UPDATE c", "column 9: found the end; expected SET or UNSET"),
            ("UPDATE c SET _id = 'x'", "column 14: _id can never change"),
            ("UPDATE c UNSET _id.a", "column 16: _id can never change"),
            ("UPDATE c SET a -> tombstone()", "column 16: '->' is not supported; expected '=', or UNSET"),
            ("UPDATE c APPLY a INCREMENT BY 1", "column 10: APPLY is not supported: there are no counters"),
            ("UPDATE c SET a = 1 LIMIT 1", "column 20: LIMIT is not supported here"),
            ("DELETE c", "column 8: found \"c\"; expected FROM"),
        ]
    )
    func errors(text: String, message: String) {
        let error = #expect(throws: DQLError.self) { try DQLStatement(parsing: text) }
        #expect(error?.description == message)
    }
}
