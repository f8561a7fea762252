import Testing

@testable import DQL

@Suite("Parser")
struct ParserTests {
    @Test(
        "operators bind as the table of the documentation says",
        arguments: [
            // https://docs.ditto.live/dql/operator-expressions, "Operator Precedence".
            (
                "price > 100 AND category = 'electronics' OR featured = true",
                "price > 100 AND category = 'electronics' OR featured = TRUE"
            ),
            (
                "(price > 100 AND category = 'electronics') OR featured",
                "price > 100 AND category = 'electronics' OR featured"
            ),
            ("a AND (b OR c)", "a AND (b OR c)"), ("(a OR b) OR c", "a OR b OR c"), ("a OR (b OR c)", "a OR (b OR c)"),
            ("a OR b XOR c AND d", "a OR b XOR c AND d"), ("(a OR b) XOR c", "(a OR b) XOR c"),
            ("not a = b", "NOT a = b"), ("(not a) = b", "(NOT a) = b"), ("NOT (a AND b)", "NOT (a AND b)"),
            ("a + b * c", "a + b * c"), ("(a + b) * c", "(a + b) * c"), ("a - (b - c)", "a - (b - c)"),
            ("(a - b) - c", "a - b - c"), ("a << 1 + 2", "a << 1 + 2"), ("(a << 1) + 2", "(a << 1) + 2"),
            ("a = b IS NULL", "a = b IS NULL"), ("a = (b IS NULL)", "a = (b IS NULL)"),
            ("a LIKE b = c", "a LIKE b = c"), ("a = (b LIKE c)", "a = (b LIKE c)"),
            ("a BETWEEN 1 AND 2 AND b", "a BETWEEN 1 AND 2 AND b"),
            ("a NOT BETWEEN (b = 1) AND 2", "a NOT BETWEEN (b = 1) AND 2"),
            ("-a * b", "-a * b"), ("-(a * b)", "-(a * b)"), ("-(-5)", "-(-5)"), ("- - a", "-(-a)"),
            ("a - -5", "a - -5"),
            ("a || 'x' = b", "a || 'x' = b"),
        ]
    )
    func precedence(text: String, canonical: String) throws {
        let query = try DQLQuery(parsing: text)
        #expect(query.description == canonical)
        #expect(try DQLQuery(parsing: canonical).description == canonical)
    }

    @Test(
        "every form has its canonical text",
        arguments: [
            ("TRUE", "TRUE"), ("true", "TRUE"), ("null", "NULL"), ("1.50", "1.5"), ("1e3", "1000.0"), ("007", "7"),
            ("-9223372036854775808", "-9223372036854775808"), ("9223372036854775808", "9.223372036854776e+18"),
            ("'it''s'", "'it''s'"), ("'a\"b'", "'a\"b'"), ("[1, 'a', [ ]]", "[1, 'a', []]"),
            ("{a: 1, 'b c': {}}", "{'a': 1, 'b c': {}}"), ("{'a':x}", "{'a': x}"), ("{'a': :x}", "{'a': :x}"),
            ("a.b.`c d`", "a.b.`c d`"), ("`a``b`", "`a``b`"), ("\"a b\".c", "`a b`.c"), ("`plain`", "plain"),
            ("`order`", "`order`"), ("order = 1", "`order` = 1"), ("a.from", "a.`from`"), ("_id", "_id"),
            ("a == 1", "a = 1"), ("a != 1", "a <> 1"), ("a in (1,2)", "a IN (1, 2)"),
            ("'f' NOT IN object_keys(o)", "'f' NOT IN object_keys(o)"), ("a IN :list", "a IN :list"),
            ("a LIKE 'b%' escape '\\'", "a LIKE 'b%' ESCAPE '\\'"), ("a NOT ilike b", "a NOT ILIKE b"),
            ("a similar to 'x'", "a SIMILAR TO 'x'"), ("a IS NOT UNKNOWN", "a IS NOT UNKNOWN"),
            ("ABS ( a )", "abs(a)"), ("Floor(a) = ceil(b)", "floor(a) = ceil(b)"), ("soundex(a)", "soundex(a)"),
            ("a -- one\n AND /* two\n */ b", "a AND b"), ("a--b", "a"),
        ]
    )
    func forms(text: String, canonical: String) throws {
        #expect(try DQLQuery(parsing: text).description == canonical)
        #expect(try DQLQuery(parsing: canonical).description == canonical)
    }

    @Test(
        "an error says what was wrong, where, and what was expected",
        arguments: [
            ("", "column 1: the text is empty; expected a value, a field or '('"),
            ("a =", "column 4: found the end; expected a value, a field or '('"),
            ("a = 'b", "column 5: a text in single quotes has no end; expected a closing '"),
            ("a = `b", "column 5: a name in backticks has no end; expected a closing `"),
            ("a /* b", "column 3: a comment has no end; expected */"),
            ("a b", "column 3: found \"b\"; expected an operator or the end"),
            ("a = 1 && b = 2", "column 7: found '&&' of the legacy query language; expected AND"),
            ("!a", "column 1: found '!' of the legacy query language; expected NOT"),
            ("a | b", "column 3: found '|'; expected OR, or || to join text"),
            ("a = 1x", "column 5: a number runs on into other text; expected one such as 4 or 4.5"),
            ("a = 1e999", "column 5: 1e999 is greater than any number can be"),
            ("a = (1", "column 7: found the end; expected ')'"),
            ("a IN (1 2)", "column 9: found 2; expected ',' or ')'"),
            ("a IN ()", "column 8: IN () is empty; expected at least one value"),
            (
                "a NOT IN NOT b = 1",
                "column 10: found \"NOT\"; expected an array, or a list in parentheses"
            ),
            ("a IS 5", "column 6: found 5; expected NULL, MISSING, UNKNOWN or NOT"),
            ("a BETWEEN 1 OR 2", "column 13: found \"OR\"; expected AND"),
            ("a[0] = 1", "column 2: found '['; elements of arrays have no path; expected array_contains(…)"),
            ("a = MISSING", "column 5: MISSING is no value; expected IS [NOT] MISSING"),
            ("a = : b", "column 5: found ':'; expected a name right behind it, as in :color"),
            ("a = ‘b’", "column 5: found '‘'; expected text in straight single quotes"),
            ("a = {b: 1, b: 2}", "column 13: the key 'b' is there twice"),
            ("a = $", "column 5: found '$'"),
            ("é = 1", "column 1: found 'é'; expected a name with such letters in backticks"),
            ("a.", "column 3: found the end; expected the name of a field"),
            ("`` = 1", "column 1: found a name without a character"),
            (
                "from = 1",
                "column 1: found the keyword FROM; expected a value or a field; a field of this name is written `from`"
            ),
            ("a = CASE WHEN b THEN c END", "column 5: CASE is not supported; expected decode(…)"),
            ("count(*) > 1", "column 1: count(*) stands only by itself between SELECT and FROM"),
            ("a\n  AND\r\n b c", "line 3, column 4: found \"c\"; expected an operator or the end"),
            (
                "SELECT * FROM cars",
                "column 1: is a whole statement or a clause of one, and a query is only what follows WHERE; expected a "
                    + "condition such as color = 'blue', or true for everything"
            ),
            (
                "a = 1 ORDER BY b",
                "column 7: ORDER BY has no place in a query of a replication, which has neither an order nor an end; "
                    + "expected only a condition on the document's own fields"
            ),
            (
                "a = 1 LIMIT 5",
                "column 7: LIMIT has no place in a query of a replication, which has neither an order nor an end; "
                    + "expected only a condition on the document's own fields"
            ),
        ]
    )
    func errors(text: String, message: String) {
        let error = #expect(throws: DQLError.self) { try DQLQuery(parsing: text) }
        #expect(error?.description == message)
    }

    @Test(
        "limits are errors too",
        arguments: [
            (String(repeating: "(", count: 5_000) + "a", DQLLimits()), (String(repeating: "-", count: 1) + "a", nil),
            (String(repeating: "NOT ", count: 5_000) + "a", DQLLimits()),
            (String(repeating: "- ", count: 5_000) + "a", DQLLimits()),
            (String(repeating: "[", count: 5_000), DQLLimits()), (String(repeating: "abs(", count: 5_000), DQLLimits()),
            ("a" + String(repeating: " + a", count: 5_000), DQLLimits()),
            ("a" + String(repeating: " IS NULL", count: 5_000), DQLLimits()),
            ("a IN (" + String(repeating: "1, ", count: 50_000) + "1)", DQLLimits()),
            (String(repeating: " ", count: 11), DQLLimits(textLength: 10)),
        ] as [(String, DQLLimits?)]
    )
    func limits(text: String, limits: DQLLimits?) throws {
        guard let limits else {
            #expect(try DQLQuery(parsing: text).description == "-a")
            return
        }
        let error = #expect(throws: DQLError.self) { try DQLQuery(parsing: text, limits: limits) }
        #expect(error?.reason == .tooMuch)
    }

    @Test("a long chain of AND and OR is not deep")
    func longChains() throws {
        let text = Array(repeating: "a = 1", count: 3_000).joined(separator: " OR ")
        #expect(try DQLQuery(parsing: text).description == text)
        #expect(try matches(text, "{\"a\":1}"))
    }
}
