import Testing

@testable import DQL

@Suite("Patterns")
struct PatternTests {
    @Test(
        "LIKE",
        arguments: [
            ("LIKE 'hel%'", "hello", true), ("LIKE 'hel%'", "hel", true), ("LIKE 'hel%'", "help me", true),
            ("LIKE 'hel%'", "Hello", false), ("LIKE '%lo'", "hello", true), ("LIKE '%l%o'", "hello", true),
            ("LIKE '%ll_'", "hello", true), ("LIKE 'h_llo'", "hüllo", true), ("LIKE 'h__llo'", "hüllo", false),
            ("LIKE ''", "", true), ("LIKE ''", "a", false), ("LIKE '%'", "", true), ("LIKE '_'", "", false),
            ("LIKE '%%'", "ab", true), ("LIKE '%ab%ab'", "abxabyab", true), ("LIKE '%ab%ac'", "abxabyab", false),
            ("LIKE '100!%' ESCAPE '!'", "100%", true), ("LIKE '100!%' ESCAPE '!'", "1000", false),
            ("LIKE '100\\%'", "100\\x", true), ("NOT LIKE 'a%'", "b", true), ("ILIKE 'HEL%'", "hello", true),
            ("ILIKE 'hel%'", "HELLO", true), ("ILIKE 'Ü%'", "übel", true), ("ILIKE 'ü%'", "ÜBEL", true),
            ("ILIKE '%[x]%'", "a[X]b", true),
        ]
    )
    func like(pattern: String, text: String, isMatch: Bool) throws {
        #expect(try matches("s \(pattern)", "{\"s\":\"\(text.replacing("\\", with: "\\\\"))\"}") == isMatch)
    }

    @Test("a pattern may come from the document, and what is no text matches nothing")
    func dynamicPatterns() throws {
        #expect(try evaluate("s LIKE p", #"{"s":"abc","p":"a%"}"#) == "true")
        #expect(try evaluate("s NOT LIKE p", #"{"s":"abc","p":"b%"}"#) == "true")
        #expect(try evaluate("s SIMILAR TO p", #"{"s":"abc","p":"(a|b)bc"}"#) == "true")
        #expect(try evaluate("s SIMILAR TO p", #"{"s":"abc","p":"("}"#) == "null")
        #expect(try evaluate("s LIKE 'a!%' ESCAPE e", #"{"s":"a%","e":"!"}"#) == "true")
        #expect(try evaluate("s LIKE p", #"{"s":1,"p":"a%"}"#) == "null")
        #expect(try evaluate("s LIKE p", #"{"s":"a","p":null}"#) == "null")
        #expect(try evaluate("n LIKE '1'", #"{"n":1}"#) == "null")
        #expect(try evaluate("regexp_like(s, p, f)", #"{"s":"ABC","p":"b","f":"i"}"#) == "true")
        #expect(try evaluate("regexp_like(s, p, f)", #"{"s":"ABC","p":"b","f":"?"}"#) == "null")
    }

    @Test(
        "SIMILAR TO is the regular expression of SQL, for the whole text",
        arguments: [
            // https://www.postgresql.org/docs/current/functions-matching.html, §9.7.2.
            ("abc", "abc", true), ("a", "abc", false), ("%(b|d)%", "abc", true), ("(b|c)%", "abc", false),
            ("%\\mabc\\M%", "abc", false), ("a{2}", "aa", true), ("a{2}", "aaa", false), ("a{2,}", "aaaa", true),
            ("a{1,2}b?", "aab", true), ("[a-c]+", "abcabc", true), ("[^a-c]+", "xyz", true), ("_._", "a.b", true),
            ("_._", "axb", false), ("%", "a\nb", true), ("\\%", "%", true), ("", "", true), ("(a|)b", "b", true),
        ]
    )
    func similar(pattern: String, text: String, isMatch: Bool) throws {
        let expression = try RegularExpressionParser.similar(pattern, escape: nil)
        #expect(Array(text.utf8).withUnsafeBufferPointer(expression.matches) == isMatch)
    }

    @Test(
        "regular expressions",
        arguments: [
            ("b", "", "abc", true), ("^b", "", "abc", false), ("^a.c$", "", "abc", true), ("a.c", "", "a\nc", false),
            ("a.c", "s", "a\nc", true), ("^c", "m", "a\nc", true), ("a$", "m", "a\nc", true), ("ABC", "i", "abc", true),
            ("[A-C]+$", "i", "abc", true), ("É", "i", "é", true), ("a b", "x", "ab", true),
            ("\\d{3}-\\d{4}", "", "555-1234", true),
            ("^(\\w+)\\s\\1", "", "a a", nil), ("\\bcat\\b", "", "a cat.", true), ("\\bcat\\b", "", "concat", false),
            ("[[:alpha:]]+[[:digit:]]", "", "ab1", true), ("[]a]", "", "]", true), ("[a-]", "", "-", true),
            ("[^\\d]", "", "7", false), ("(?:ab)+", "", "abab", true), ("(a*)*b", "", "aaab", true),
            ("a|b|c", "", "c", true),
            ("(|a)+", "", "", true), ("x*?y", "", "xxy", true), ("\\.", "", "a.b", true), ("a{,2}", "", "a", nil),
            ("(?=a)", "", "a", nil), ("*", "", "a", nil), ("a)", "", "a", nil), ("\\q", "", "q", nil),
            ("[b-a]", "", "a", nil),
            ("a{3,2}", "", "a", nil), ("((a{100}){100}){100}", "", "a", nil), ("\\", "", "a", nil),
            ("[[:x:]]", "", "a", nil),
            ("a{0}b", "", "b", true), ("^a{0,1}$", "", "aa", false), ("\\Aab\\z", "", "ab", true),
            ("\\S\\D\\W", "", "ab.", true),
        ] as [(String, String, String, Bool?)]
    )
    func regularExpressions(pattern: String, flags: String, text: String, isMatch: Bool?) throws {
        let options = try #require(RegularExpression.Options(flags: flags))
        let expression = try? RegularExpressionParser.expression(pattern, options: options)
        #expect(expression.map { Array(text.utf8).withUnsafeBufferPointer($0.matches) } == isMatch)
    }

    @Test("no expression takes longer than its length times the text's", .timeLimit(.minutes(10)))
    func noBacktracking() throws {
        // The classic: 2^40 ways to split the a's, and none of them ends in b.
        let text = String(repeating: "a", count: 40)
        #expect(try evaluate("regexp_like('\(text)', '^(a|a)*b$')") == "false")
        #expect(try evaluate("regexp_like('\(text)', '(a*)*(a*)*(a*)*b')") == "false")
        let long = String(repeating: "a", count: 20_000)
        #expect(try evaluate("s LIKE '%a%a%a%a%a%a%b'", "{\"s\":\"\(long)\"}") == "false")
    }
}
