import Testing

@testable import DQL

@Suite("DQLLint")
struct LintTests {
    @Test(
        "good queries have no findings",
        arguments: [
            "true", "color = 'blue'", "status = 'completed' AND type = 'order'", "_id IN ('a', 'b')",
            "a = 'say \"hi\"'",
            "`a\"b` = 1", "a = 'it''s'", "`value` > 5", "a IS NULL OR a IS MISSING", "a > 5 AND a < 7",
            "a >= 5 AND a <= 5",
            "a <> 'x' AND a <> 'y'", "a = 'x' OR a = 'y'", "type(a) = 'number'", "first || ' ' || last = 'Ann Lee'",
            "contains(name, 'x')", "NOT sold", "active", "a = 1 AND b = 2 AND a < 3", "a < 3 AND a < 5",
            "name LIKE '%x'",
        ]
    )
    func silence(text: String) {
        #expect(DQLLint.findings(in: text).map(\.description) == [])
    }

    @Test(
        "suspicious queries have theirs",
        arguments: [
            (
                "color = \"blue\"",
                "column 9: warning: has \"blue\" in double quotes, which DQL takes for the name of a field, so that nothing "
                    + "matches; write 'blue'"
            ),
            (
                "\"blue\" = color",
                "column 1: warning: has \"blue\" in double quotes, which DQL takes for the name of a field, so that nothing "
                    + "matches; write 'blue'"
            ),
            (
                "\"color\" = 'blue'",
                "column 1: warning: has the name \"color\" in double quotes, which Ditto has deprecated; write color"
            ),
            (
                "a IN (\"it's\")",
                "column 7: warning: has \"it's\" in double quotes, which DQL takes for the name of a field, so that nothing "
                    + "matches; write 'it''s'"
            ),
            (
                "starts_with(a, \"x\")",
                "column 16: warning: has \"x\" in double quotes, which DQL takes for the name of a field, so that nothing "
                    + "matches; write 'x'"
            ),
            ("a == 1", "column 3: warning: has == of the legacy query language; write ="),
            (
                "a = 'x' || b = 'y'",
                "column 9: warning: has ||, which joins text; only in the legacy query language it is an OR; write OR"
            ),
            (
                "a = 1 || b = 2",
                "column 7: warning: has ||, which joins text; only in the legacy query language it is an OR; write OR"
            ),
            (
                "contains([1, 2], a)",
                "column 1: warning: looks into an array with contains, which is for text since the legacy query language; "
                    + "write array_contains(…)"
            ),
            (
                "regex(a, 'b')",
                "column 1: warning: has the function regex, which Peerage does not know; write regexp_like(…), if that is "
                    + "meant"
            ),
            (
                "is_nubmer(a)",
                "column 1: warning: has the function is_nubmer, which Peerage does not know; write is_number(…), if that is "
                    + "meant"
            ),
            ("soundex(a) = 'x'", "column 1: warning: has the function soundex, which Peerage does not know"),
            ("abs(a, b) > 1", "column 1: warning: has a call that fails: abs takes 1 argument and is given 2"),
            (
                "a = NULL",
                "column 5: warning: compares with NULL by =, which is never true; write IS NULL, or IS NOT NULL"
            ),
            (
                "NULL <> a",
                "column 1: warning: compares with NULL by <>, which is never true; write IS NULL, or IS NOT NULL"
            ),
            (
                "a IN (1, NULL)",
                "column 10: warning: compares with NULL by IN, which is never true; write IS NULL, or IS NOT NULL"
            ),
            (
                "value = 1",
                "column 1: warning: has the bare name value, a reserved word that a Big Peer may refuse; write `value`"
            ),
            (
                "a.date > 5",
                "column 1: warning: has the bare name date, a reserved word that a Big Peer may refuse; write `date`"
            ),
            (
                "color = :color",
                "column 9: warning: has :color, to which a replication has no way of giving a value; write the value itself"
            ),
            ("false", "column 1: warning: is never true, so that nothing matches"),
            ("'true'", "column 1: warning: is never true, so that nothing matches"),
            ("a + 1", "column 1: warning: is never true, so that nothing matches"),
            (
                "a = 'x' AND a = 'y'",
                "column 1: warning: is never true: a = 'x' excludes a = 'y', so that nothing matches"
            ),
            (
                "a > 5 AND b = 1 AND a < 3",
                "column 1: warning: is never true: a > 5 excludes a < 3, so that nothing matches"
            ),
            (
                "b = 1 OR (a > 5 AND a <= 5)",
                "column 11: warning: has a > 5 AND a <= 5, which is never true: a > 5 excludes a <= 5"
            ),
            ("type(a) = 'integer'", "column 1: warning: is never true, so that nothing matches"),
            ("array_length(a) = '1'", "column 1: warning: is never true, so that nothing matches"),
            ("1 = 1", "column 1: warning: is true of every document; write true, if that is meant"),
            ("a = 1 OR 1 = 1", "column 1: warning: is true of every document; write true, if that is meant"),
            (
                "a IS NULL OR a IS NOT NULL OR 2 > 1",
                "column 1: warning: is true of every document; write true, if that is meant"
            ),
            ("a = 1 AND 2 > 1", "column 11: warning: has 2 > 1, which is always true"),
            (
                "a <> 'x' OR a <> 'y'",
                "column 1: warning: is true whatever the field is, because a <> 'x' or else a <> 'y'; write AND, if that is "
                    + "meant"
            ),
            (
                "regexp_like(a, '(?=b)')",
                "column 16: warning: cannot be evaluated: the regular expression has a group (?…), of which only (?:…) is "
                    + "known"
            ),
            ("a =", "column 4: error: found the end; expected a value, a field or '('"),
            ("a = 1 && b = 2", "column 7: error: found '&&' of the legacy query language; expected AND"),
        ]
    )
    func findings(text: String, message: String) {
        #expect(DQLLint.findings(in: text).map(\.description) == [message])
    }

    @Test("several findings stand in the order of their places")
    func several() {
        let findings = DQLLint.findings(in: "value == \"b\" AND \"c\" = :d")
        #expect(findings.map(\.place.column) == [1, 7, 10, 18, 24])
        #expect(findings.map(\.rule) == [.reservedWord, .legacy, .doubleQuotes, .doubleQuotes, .parameter])
    }

    @Test(
        "the condition of a statement is looked at where it stands, and nothing else of the statement",
        arguments: [
            ("SELECT * FROM cars", []),
            ("INSERT INTO cars DOCUMENTS ({'_id': '1'})", []),
            ("SELECT * FROM cars WHERE color = :color AND _id = '1'", []),
            ("DELETE FROM cars WHERE true", []),
            ("UPDATE cars SET a = b == 1 WHERE c = 1", []),
            (
                "SELECT * FROM cars\nWHERE color = \"blue\"",
                [
                    "line 2, column 15: warning: has \"blue\" in double quotes, which DQL takes for the name of a field, so "
                        + "that nothing matches; write 'blue'"
                ]
            ),
            (
                "DELETE FROM cars WHERE color <> 'x' OR color <> 'y'",
                [
                    "column 24: warning: is true whatever the field is, because color <> 'x' or else color <> 'y'; write "
                        + "AND, if that is meant"
                ]
            ),
            (
                "UPDATE cars SET a = 1 WHERE owner = NULL",
                ["column 37: warning: compares with NULL by =, which is never true; write IS NULL, or IS NOT NULL"]
            ),
            (
                "EVICT FROM cars WHERE (a == 1 AND a == 2)",
                [
                    "column 26: warning: has == of the legacy query language; write =",
                    "column 37: warning: has == of the legacy query language; write =",
                ]
            ),
        ]
    )
    func statements(text: String, messages: [String]) throws {
        #expect(DQLLint.findings(in: try DQLStatement(parsing: text)).map(\.description) == messages)
    }

    @Test("of very many findings only the first are told")
    func manyFindings() throws {
        let list = repeatElement("NULL", count: 10_000).joined(separator: ", ")
        let findings = DQLLint.findings(in: try DQLStatement(parsing: "SELECT * FROM cars WHERE a IN (1, \(list))"))
        #expect(findings.count == 64)
        #expect(findings.first?.place.column == 35)
    }

    @Test("every rule has spoken")
    func everyRule() {
        let texts = [
            "a ==", "a = \"b\"", "a == 1", "a = NULL", "false", "1 = 1", "x(a)", "date", ":a", "regexp_like(a, '(')",
        ]
        let rules = Set(texts.flatMap(DQLLint.findings).map(\.rule) + [.systemCollection])
        #expect(rules == Set(DQLFinding.Rule.allCases))
        #expect(DQLLint.finding(inCollection: "__users")?.rule == .systemCollection)
        #expect(DQLLint.finding(inCollection: "_users") == nil)
    }
}
