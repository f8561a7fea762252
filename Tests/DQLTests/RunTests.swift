import JSON
import Testing

@testable import DQL

@Suite("DQLRun")
struct RunTests {
    private static let cars = [
        #"{"_id":"1","color":"blue","year":2001,"o":{"a":1}}"#, #"{"_id":"2","color":"red","year":1999}"#,
        #"{"_id":"3","color":"blue","year":1990.5}"#, #"{"_id":"4","color":null,"year":"old"}"#, #"{"_id":"5"}"#,
    ]

    private func rows(_ text: String, _ arguments: DQLArguments = DQLArguments()) throws -> [String] {
        let statement = try DQLStatement(parsing: text)
        guard case .select(let select) = statement.form else { throw JSONError(.unexpectedEnd, offset: 0) }
        var run = try DQLSelectRun(select, in: statement, arguments: arguments)
        var rows: [[UInt8]] = []
        for car in Self.cars where !run.isSatisfied {
            try run.feed(Array(car.utf8))
            rows += run.takeRows()
        }
        return (rows + run.finish()).map { String(decoding: $0, as: UTF8.self) }
    }

    private func ids(_ text: String, _ arguments: DQLArguments = DQLArguments()) throws -> String {
        try self.rows(text, arguments).map { try JSONValue(parsing: $0)["_id"]?.string ?? "-" }.joined()
    }

    @Test("SELECT * gives the documents as they are")
    func everything() throws {
        #expect(try self.rows("SELECT * FROM cars") == Self.cars)
        #expect(try self.rows("SELECT * FROM cars WHERE color = :c", ["c": "blue"]) == [Self.cars[0], Self.cars[2]])
        #expect(try self.rows("SELECT * FROM cars WHERE false") == [])
    }

    @Test(
        "what is asked for comes under its name",
        arguments: [
            ("SELECT color, o.a, year + 1 FROM cars WHERE _id = '1'", #"{"`year` + 1":2002,"a":1,"color":"blue"}"#),
            ("SELECT color AS c, o AS `o o` FROM cars WHERE _id = '1'", #"{"c":"blue","o o":{"a":1}}"#),
            ("SELECT color, nope FROM cars WHERE _id = '5'", "{}"),
            ("SELECT color FROM cars WHERE _id = '4'", #"{"color":null}"#),
            ("SELECT *, 7 AS year FROM cars WHERE _id = '2'", #"{"_id":"2","color":"red","year":7}"#),
            ("SELECT count(*) FROM cars", #"{"count(*)":5}"#),
            ("SELECT count(*) AS n FROM cars WHERE color = 'blue'", #"{"n":2}"#),
            ("SELECT count(*) FROM cars WHERE false ORDER BY a", #"{"count(*)":0}"#),
        ]
    )
    func projections(text: String, row: String) throws {
        #expect(try self.rows(text) == [row])
    }

    @Test(
        "rows come in order, as many as are asked for",
        arguments: [
            ("LIMIT 2", "12"), ("LIMIT 2 OFFSET 1", "23"), ("OFFSET 3", "45"), ("LIMIT 0", ""), ("OFFSET 9", ""),
            ("LIMIT :two", "12"),
            // "boolean, number, binary, string, array, object, null, missing": https://docs.ditto.live/dql/select.
            ("ORDER BY year", "32145"), ("ORDER BY year DESC", "54123"), ("ORDER BY color, _id", "13245"),
            ("ORDER BY color DESC, _id DESC", "54231"), ("ORDER BY color = 'blue'", "13245"),
            ("ORDER BY year LIMIT 1", "3"), ("ORDER BY year LIMIT 2 OFFSET 1", "21"), ("ORDER BY year OFFSET 3", "45"),
            ("ORDER BY color LIMIT 3", "132"), ("ORDER BY year LIMIT 9223372036854775807 OFFSET 4", "5"),
            ("ORDER BY 1", "12345"),
        ]
    )
    func ordering(clauses: String, ids: String) throws {
        #expect(try self.ids("SELECT * FROM cars \(clauses)", ["two": 2]) == ids)
    }

    @Test("the first rows of many are the first of all of them, and no more are held")
    func topRows() throws {
        var generator = SeededGenerator(seed: 7)
        let numbers = (0..<5_000).map { _ in Int.random(in: 0..<1_000, using: &generator) }
        let statement = try DQLStatement(parsing: "SELECT n, i FROM c ORDER BY n DESC LIMIT 7 OFFSET 3")
        guard case .select(let select) = statement.form else { return }
        // Each row is about 50 bytes: 20 of them may be held, not 5,000.
        var run = try DQLSelectRun(select, in: statement, limits: DQLRunLimits(heldBytes: 2_000))
        for (index, number) in numbers.enumerated() { try run.feed(Array("{\"n\":\(number),\"i\":\(index)}".utf8)) }
        let expected = numbers.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
        let rows = try run.finish().map { try JSONValue(parsing: $0)["i"]?.integer }
        #expect(rows == expected[3..<10].map { Int64($0.offset) })
    }

    @Test("what does not fit is an error, not memory")
    func heldBytes() throws {
        for text in ["SELECT * FROM c", "SELECT * FROM c ORDER BY n"] {
            let statement = try DQLStatement(parsing: text)
            guard case .select(let select) = statement.form else { return }
            var run = try DQLSelectRun(select, in: statement, limits: DQLRunLimits(heldBytes: 100))
            let error = #expect(throws: DQLError.self) {
                for number in 0..<100 { try run.feed(Array("{\"n\":\(number)}".utf8)) }
            }
            #expect(error?.reason == .tooMuch)
        }
    }

    private func update(_ text: String, _ document: String, _ arguments: DQLArguments = DQLArguments()) throws -> String
    {
        let statement = try DQLStatement(parsing: text)
        guard case .update(let update) = statement.form else { return "no update" }
        switch try DQLUpdateRun(update, in: statement, arguments: arguments).outcome(of: Array(document.utf8)) {
        case .noMatch: return "no match"
        case .unchanged: return "unchanged"
        case .changed(let changes): return changes.map { "\($0.name)=\($0.value?.text ?? "-")" }.joined(separator: " ")
        }
    }

    @Test(
        "UPDATE says which fields change",
        arguments: [
            ("SET a = 2 WHERE a = 1", "a=2"), ("SET a = 2 WHERE a = 5", "no match"), ("SET a = 1", "unchanged"),
            ("SET a = b, b = a", "a=\"x\" b=1"), ("SET o.p = 7", "o={\"p\":7,\"q\":null}"),
            ("SET n.e.w = 1", "n={\"e\":{\"w\":1}}"),
            ("SET o.q.r = 1", "o={\"p\":0,\"q\":{\"r\":1}}"),
            ("SET o.p = o.p + 1, o.z = a", "o={\"p\":1,\"q\":null,\"z\":1}"),
            ("UNSET a, nope, o.q, b.c", "error"), ("UNSET a, nope, o.q", "a=- o={\"p\":0}"),
            ("UNSET nope.x", "unchanged"),
            ("SET a = nope", "a=null"), ("SET a = 5 UNSET a", "a=-"), ("SET a.b = 1", "error"),
            ("SET z = {'k': [a]}", "z={\"k\":[1]}"),
            ("SET a = :v", "a=[1]"),
        ]
    )
    func updates(clauses: String, result: String) throws {
        let document = #"{"_id":"1","a":1,"b":"x","o":{"p":0,"q":null}}"#
        let found = (try? self.update("UPDATE c \(clauses)", document, ["v": [1]])) ?? "error"
        #expect(found == result)
    }

    @Test("a path through something that is no object says so")
    func updateErrors() {
        let error = #expect(throws: DQLError.self) {
            try self.update("UPDATE c SET b = 1, a.b.c = 1", #"{"a":{"b":5}}"#)
        }
        #expect(error?.description == "column 21: a.b.c leads through a value that is no object")
    }

    private func insert(_ text: String, _ arguments: DQLArguments = DQLArguments()) throws -> DQLInsertRun? {
        var generator = SeededGenerator(seed: 1)
        let statement = try DQLStatement(parsing: text)
        guard case .insert(let run) = try DQLRun(statement, arguments: arguments, using: &generator) else { return nil }
        return run
    }

    @Test("INSERT makes documents, and ids where there are none")
    func inserts() throws {
        let text = "INSERT INTO c DOCUMENTS (:a), ({'_id': {'y': 'b', 'x': 1}, 'n': 1 + 1}), (deserialize_json(:j))"
        let run = try #require(try self.insert(text, ["a": ["color": "blue"], "j": #"{"_id":"7"}"#]))
        #expect(run.documents.count == 3)
        let id = try #require(run.documents[0].object["_id"]?.string)
        #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        #expect(run.documents[0].object["color"] == "blue")
        #expect(run.documents[1].object == ["_id": ["x": 1, "y": "b"], "n": 2])
        #expect(run.documents[2].object["_id"] == "7")
        let many = try #require(try self.insert("INSERT INTO c DOCUMENTS ({}), ({}), ({})"))
        #expect(Set(many.documents.map { $0.object["_id"] }).count == 3)
    }

    @Test(
        "what is no document says why",
        arguments: [
            ("(5)", "column 26: a document is an integer; expected an object"),
            ("(NULL)", "column 26: a document is null; expected an object"),
            ("({'_id': 5})", "column 26: a document's _id is an integer; expected a string or an object"),
            (
                "({'color': \"blue\"})",
                "column 26: names the field blue, and there is no document yet; expected text in single quotes: 'blue'"
            ),
            (
                "({'color': blue})",
                "column 26: names the field blue, and there is no document yet; expected a value or an argument"
            ),
            ("(:nope)", "column 26: :nope has no value; expected an argument of this name"),
        ]
    )
    func insertErrors(documents: String, message: String) {
        let error = #expect(throws: DQLError.self) { try self.insert("INSERT INTO c DOCUMENTS \(documents)") }
        #expect(error?.description == message)
    }

    @Test(
        "what follows ON ID CONFLICT says what becomes of a document that is there already",
        arguments: [
            ("", DQLConflictPolicy.fail), (" ON ID CONFLICT DO NOTHING", .doNothing),
            (" ON ID CONFLICT DO UPDATE", .update), (" ON ID CONFLICT DO UPDATE_LOCAL_DIFF", .updateLocalDiff),
        ]
    )
    func conflicts(policy: String, expected: DQLConflictPolicy) throws {
        let run = try #require(try self.insert("INSERT INTO c DOCUMENTS ({'_id': '1', 'a': 1, 'b': 2})\(policy)"))
        #expect(run.conflictPolicy == expected)
        #expect(
            run.conflictError(on: "\"1\"", at: 0).sentence.hasPrefix("a document with the _id \"1\" is in c already")
        )
    }

    @Test("the document that is there already is pointed at")
    func conflictPlace() throws {
        let text = "INSERT INTO c DOCUMENTS ({'_id': 'ä'}),\n ({'_id': '1'}) ON ID CONFLICT DO FAIL"
        let run = try #require(try self.insert(text))
        #expect(run.conflictError(on: "\"ä\"", at: 0).description.hasPrefix("column 26: a document with the _id \"ä\""))
        let second = run.conflictError(on: "\"1\"", at: 1)
        #expect(second.place.line == 2 && second.place.column == 3)
    }

    @Test("a row that is longer than anybody may hold is refused before it is made")
    func longRow() throws {
        let document = Array(#"{"t":"\#(String(repeating: "x", count: 1 << 20))"}"#.utf8)
        let columns = (0..<500).map { "t AS a\($0)" }.joined(separator: ",")
        for order in ["", " ORDER BY t"] {
            let statement = try DQLStatement(parsing: "SELECT \(columns) FROM c\(order)")
            guard case .select(let select) = statement.form else { return }
            var run = try DQLSelectRun(select, in: statement, limits: DQLRunLimits(heldBytes: 8 << 20))
            let error = #expect(throws: DQLError.self) { try run.feed(document) }
            #expect(error?.sentence.contains("the result has more than") == true)
        }
    }

    @Test("initial documents never overwrite")
    func initialDocuments() throws {
        let run = try #require(
            try self.insert("INSERT INTO c INITIAL DOCUMENTS ({'_id': '1'}) ON ID CONFLICT DO UPDATE")
        )
        #expect(run.isInitial && run.conflictPolicy == .doNothing)
    }

    @Test("DELETE and EVICT say which documents go, and by which keys")
    func removals() throws {
        var generator = SeededGenerator(seed: 1)
        let delete = try DQLStatement(parsing: "DELETE FROM cars WHERE _id IN (:ids, 'b') AND color = 'blue'")
        guard case .delete(let run) = try DQLRun(delete, arguments: ["ids": "a"], using: &generator) else { return }
        #expect(run.filter.idConstraint == .oneOf([Array("\"a\"".utf8), Array("\"b\"".utf8)]))
        #expect(run.filter.matches(Array(#"{"_id":"a","color":"blue"}"#.utf8)))
        let evict = try DQLStatement(parsing: "EVICT FROM cars")
        guard case .evict(let all) = try DQLRun(evict, using: &generator) else { return }
        #expect(all.filter.matchesEverything && all.collection == "cars")
    }
}

extension DQLInsertRun.Document {
    /// The document, built.
    fileprivate var object: JSONObject {
        switch self {
        case .fields(let fields): fields
        case .span(let span): span.object
        }
    }
}
