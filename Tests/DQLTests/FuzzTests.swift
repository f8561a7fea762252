import FuzzSeeds
import JSON
import Testing

@testable import DQL

/// Seeded and bounded: every run is the same run.
@Suite("Fuzz")
struct FuzzTests {
    private static let seeds = [
        "color = 'blue' AND (price > 100.5 OR NOT sold)", "_id.x IN ('a', \"b\", :c) OR `a b`.c IS NOT MISSING",
        "a LIKE '%x_' ESCAPE '\\' AND b SIMILAR TO '(a|b)+[c-e]{2,3}%' AND c ILIKE 'Ü%'",
        "regexp_like(a, '^(ab)*[^x]$', 'im') XOR contains(b, 'x')", "a BETWEEN -9223372036854775808 AND 1e300 -- end",
        "array_contains([1, null, {'k': [true]}], o.k) /* c */",
        "decode(type(a), 'string', a || 'x', coalesce(b, nvl(c, 1)))",
        "abs(a) + ceil(b) * floor(c) / 2 % 3 << 1 >> 2 <> -(-d)", "'f' NOT IN object_keys(o) = a IS NULL",
        "a IS NOT MISSING OR nowhere = 1", "true", "a <> 1 OR price > 1", "abc OR NOT a = 1",
    ]
    private static let statements = [
        "SELECT a, b.c AS d, *, e + 1 FROM c WHERE a = 1 ORDER BY a DESC, b LIMIT 5 OFFSET :c",
        "SELECT count(*) AS n FROM COLLECTION c (a MAP) WHERE true;", "DELETE FROM c WHERE _id = 'a'",
        "EVICT FROM `c d`",
        "INSERT INTO c INITIAL DOCUMENTS ({'_id': '1', 'a': [1, 2.5]}), (:c) ON ID CONFLICT DO UPDATE_LOCAL_DIFF",
        "UPDATE c SET a = 1, b.c = a || 'x' UNSET d, e.f WHERE _id IN ('a', 'b')",
    ]
    private static let documents = [
        #"{"_id":"1","a":"abc","b":-1.5e3,"c":null,"color":"bl\u00fce","price":9223372036854775807,"sold":true}"#,
        #"{"_id":{"x":"a"},"a b":{"c":[1,{"d":"\"}"}]},"o":{"k":[true],"f":{}},"a":[],"b":"","d":-9223372036854775808}"#,
    ]
    private static let pieces = [
        "(", ")", "'", "\"", "`", "NOT ", " AND ", " OR ", " IN ", " IS NULL", "--", "/*", "*/", "\\", "%", "_", "é",
        "\u{0}", "\n",
        ":x", "1e9", "[", "]", "{", "}", ",", ".", "||", "= ", "abs(", "NULL", "-", " LIKE ", " BETWEEN ", "🚗",
        "{'a': ", "count(*)",
    ]

    private func mutated(_ text: String, _ generator: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...2, using: &generator) {
            let place = Int.random(in: 0...scalars.count, using: &generator)
            let end = min(scalars.count, place + Int.random(in: 0...6, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: scalars.removeSubrange(place..<end)
            case 1: scalars.insert(contentsOf: scalars[place..<end], at: 0)
            default:
                scalars.replaceSubrange(
                    place..<end,
                    with: (Self.pieces.randomElement(using: &generator) ?? "").unicodeScalars
                )
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.removeSubrange(place...)
            default: bytes.insert(Array("\"\\{}[],:0".utf8).randomElement(using: &generator) ?? 0, at: place)
            }
        }
        return bytes
    }

    @Test(
        "mutated queries and documents never trap, and what is printed is read again as it was",
        arguments: fuzzSeeds(1)
    )
    func queries(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 2_026 + seed)
        var parsed = 0
        var matched = 0
        for round in 0..<5_000 {
            let text = self.mutated(Self.seeds[round % Self.seeds.count], &generator)
            _ = DQLLint.findings(in: text)
            guard let query = try? DQLQuery(parsing: text) else { continue }
            parsed += 1
            let canonical = query.description
            let again = try DQLQuery(parsing: canonical)
            #expect(again.description == canonical, "\(text)")
            guard let filter = try? DQLFilter([query]) else { continue }
            let same = try DQLFilter([again])
            #expect(filter.idConstraint == same.idConstraint, "\(text)")
            for document in Self.documents {
                let bytes = self.mutated(Array(document.utf8), &generator)
                let isMatch = filter.matches(bytes)
                #expect(same.matches(bytes) == isMatch, "\(text)")
                matched += isMatch ? 1 : 0
            }
        }
        #expect(parsed > 800 && matched > 100)
    }

    @Test("mutated statements never trap, and run on mutated documents", arguments: fuzzSeeds(1))
    func statements(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 9 + seed)
        var parsed = 0
        let arguments: DQLArguments = ["c": 3, "x": ["_id": "7"]]
        for round in 0..<3_000 {
            let text = self.mutated(Self.statements[round % Self.statements.count], &generator)
            guard let statement = try? DQLStatement(parsing: text) else { continue }
            parsed += 1
            let canonical = statement.description
            #expect(try DQLStatement(parsing: canonical).description == canonical, "\(text)")
            guard let run = try? DQLRun(statement, arguments: arguments, using: &generator) else { continue }
            let documents = Self.documents.map { self.mutated(Array($0.utf8), &generator) }
            switch run {
            case .select(var run):
                for document in documents { try run.feed(document) }
                for row in run.finish() where documents.allSatisfy({ $0 != row }) { _ = try? JSONValue(parsing: row) }
            case .update(let run): for document in documents { _ = try? run.outcome(of: document) }
            case .insert: break
            case .delete(let run), .evict(let run): for document in documents { _ = run.filter.matches(document) }
            }
        }
        #expect(parsed > 150)
    }

    @Test("random expressions are printed and read as they were made")
    func randomExpressions() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<1_000 {
            let text = self.expression(depth: 4, &generator)
            let canonical = try DQLQuery(parsing: text).description
            #expect(try DQLQuery(parsing: canonical).description == canonical, "\(text)")
            // Fewer parentheses must not mean another thing.
            for document in Self.documents {
                #expect(try evaluate(text, document) == evaluate(canonical, document), "\(text)")
            }
        }
    }

    private func expression(depth: Int, _ generator: inout SeededGenerator) -> String {
        let leaves = [
            "a", "b", "d", "o.f", "NULL", "TRUE", "FALSE", "1", "-2.5", "'abc'", "price", "c", "sold", "nowhere",
        ]
        if depth == 0 { return leaves.randomElement(using: &generator) ?? "a" }
        func part() -> String {
            let text = self.expression(depth: Int.random(in: 0..<depth, using: &generator), &generator)
            return Bool.random(using: &generator) ? "(\(text))" : text
        }
        let signs = ["+", "-", "*", "/", "%", "||", "<<", "=", "<>", "<", ">=", "AND", "OR", "XOR", "LIKE"]
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: return "NOT \(part())"
        case 1: return "- \(part())"
        case 2: return "\(part()) IS NOT NULL"
        case 3: return "\(part()) IN (\(part()), \(part()))"
        case 4: return "\(part()) BETWEEN (\(part())) AND (\(part()))"
        case 5: return "coalesce(\(part()), \(part()))"
        default: return "\(part()) \(signs.randomElement(using: &generator) ?? "=") \(part())"
        }
    }
}
