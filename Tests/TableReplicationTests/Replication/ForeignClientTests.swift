import JSON
import Testing

@testable import TableReplication

/// What a foreign client sees that replicates a table from us.
@Suite("Foreign client")
struct ForeignClientTests {
    private static let start =
        #"{"api":"cars","mt":"ReplicateStart","add":true,"del":true,"columns":{"_id":{},"color":{"update":true},"n":{}},"src":"r"}"#

    @Test("a full run: one row for each ReplicateNext, then a result without columns, then live changes")
    func fullRun() throws {
        var bench = Bench(usn: 7)
        try bench.logIn()
        let result = bench.say(Self.start)
        #expect(
            result == [
                #"{"mt":"ReplicateStartResult","api":"cars","src":"r","guid":"\#(Bench.guid)","usn":0,"#
                    + #""columns":{"_id":{},"color":{"update":true},"n":{}}}"#
            ]
        )
        // Nothing is read before it is asked for.
        #expect(bench.read == nil)
        #expect(bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#).isEmpty)
        let read = try #require(bench.read)
        #expect(read.after == 0 && read.through == 7)
        #expect(!read.tombstones)
        #expect(read.filter == .everything)
        let batch = Bench.batch([
            (3, 3, .alive, #""a""#, #"{"_id":"a","color":"blue","x":1}"#),
            (7, 5, .alive, #"{"b":1}"#, #"{"n":[1, 2],"_id":{"b":1},"color":null}"#),
        ])
        #expect(
            bench.give(.read(read.session, .success(ReadResult(batch: batch, through: 7)))) == [
                #"{"mt":"ReplicateNextResult","api":"cars","src":"r","usn":3,"columns":{"_id":"a","color":"blue"}}"#
            ]
        )
        #expect(
            bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#) == [
                #"{"mt":"ReplicateNextResult","api":"cars","src":"r","usn":7,"columns":{"_id":{"b":1},"color":null,"n":[1, 2]}}"#
            ]
        )
        #expect(
            bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#)
                == [#"{"mt":"ReplicateNextResult","api":"cars","src":"r"}"#]
        )
        // Live.
        #expect(bench.give(.durable(app: Bench.app, usn: 10)).isEmpty)
        let live = try #require(bench.read)
        #expect(live.after == 7 && live.through == 10)
        #expect(live.tombstones)
        let changes = Bench.batch([
            (8, 8, .alive, #""c""#, #"{"_id":"c","n":1}"#), (9, 3, .alive, #""a""#, #"{"_id":"a","color":"red"}"#),
            (10, 5, .deleted, #"{"b":1}"#, ""),
        ])
        #expect(
            bench.give(.read(live.session, .success(ReadResult(batch: changes, through: 10)))) == [
                #"{"mt":"ReplicateAdd","api":"cars","src":"r","usn":8,"columns":{"_id":"c","n":1}}"#,
                #"{"mt":"ReplicateUpdate","api":"cars","src":"r","usn":9,"columns":{"_id":"a","color":"red"}}"#,
                #"{"mt":"ReplicateDel","api":"cars","src":"r","usn":10,"columns":{"_id":{"b":1}}}"#,
            ]
        )
    }

    @Test("an empty table ends at once")
    func empty() throws {
        var bench = Bench()
        try bench.logIn()
        _ = bench.say(Self.start)
        #expect(
            bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#)
                == [#"{"mt":"ReplicateNextResult","api":"cars","src":"r"}"#]
        )
    }

    @Test("who comes with guid and usn gets only what has changed, deletions included")
    func incremental() throws {
        var bench = Bench(usn: 9, purged: 4)
        try bench.logIn()
        let start = #"{"api":"cars","mt":"ReplicateStart","guid":"\#(Bench.guid)","usn":5,"columns":{"_id":{}}}"#
        #expect(
            bench.say(start) == [
                #"{"mt":"ReplicateStartResult","api":"cars","guid":"\#(Bench.guid)","usn":5,"columns":{"_id":{}}}"#
            ]
        )
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#)
        let read = try #require(bench.read)
        #expect(read.after == 5 && read.tombstones)
        let batch = Bench.batch([(9, 2, .deleted, #""a""#, "")])
        #expect(
            bench.give(.read(read.session, .success(ReadResult(batch: batch, through: 9)))) == [
                #"{"mt":"ReplicateNextResult","api":"cars","usn":9,"deleted":true,"columns":{"_id":"a"}}"#
            ]
        )
        #expect(bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#) == [#"{"mt":"ReplicateNextResult","api":"cars"}"#])
    }

    @Test(
        "a full run when the guid is another, the usn is ahead, or tombstones since then are gone",
        arguments: [
            (String(repeating: "0", count: 32), 5), (Bench.guid, 10), (Bench.guid, 3), (Bench.guid, nil), (nil, 5),
        ] as [(String?, Int?)]
    )
    func fallsBack(guid: String?, usn: Int?) throws {
        var bench = Bench(usn: 9, purged: 4)
        try bench.logIn()
        var start = #"{"api":"cars","mt":"ReplicateStart","columns":{"_id":{}}"#
        if let guid { start += #","guid":"\#(guid)""# }
        if let usn { start += #","usn":\#(usn)"# }
        let result = try #require(bench.say(start + "}").first)
        #expect(try JSONValue(parsing: result)["usn"]?.integer == 0)
        #expect(try JSONValue(parsing: result)["guid"]?.string == Bench.guid)
    }

    @Test("a table that is being read needs no tombstones from before, one that is followed does")
    func purgedMeanwhile() throws {
        var full = Bench(usn: 9)
        try full.logIn()
        _ = full.say(Self.start)
        #expect(full.node.purgeLimit(of: Bench.app) == 9)
        _ = full.give(.purged(app: Bench.app, usn: 9))
        #expect(full.closed == nil)

        var followed = Bench(usn: 9)
        try followed.logIn()
        _ = followed.say(
            #"{"api":"cars","mt":"ReplicateStart","guid":"\#(Bench.guid)","usn":5,"columns":{"_id":{}}}"#
        )
        #expect(followed.node.purgeLimit(of: Bench.app) == 5)
        _ = followed.give(.purged(app: Bench.app, usn: 7))
        #expect(followed.closed == .tombstonesPurged)
    }

    @Test("what the peer has evicted itself is deleted for the client")
    func gone() throws {
        var bench = Bench(usn: 9)
        try bench.logIn()
        let start = #"{"api":"cars","mt":"ReplicateStart","guid":"\#(Bench.guid)","usn":5,"columns":{"_id":{}}}"#
        _ = bench.say(start)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#)
        let read = try #require(bench.read)
        let batch = Bench.batch([(7, 3, .gone, #""c""#, "")])
        #expect(
            bench.give(.read(read.session, .success(ReadResult(batch: batch, through: 9))))
                == [#"{"mt":"ReplicateNextResult","api":"cars","usn":7,"deleted":true,"columns":{"_id":"c"}}"#]
        )
        #expect(bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#) == [#"{"mt":"ReplicateNextResult","api":"cars"}"#])
        _ = bench.give(.durable(app: Bench.app, usn: 10))
        let live = try #require(bench.read)
        let later = Bench.batch([(10, 3, .gone, #""d""#, "")])
        #expect(
            bench.give(.read(live.session, .success(ReadResult(batch: later, through: 10))))
                == [#"{"mt":"ReplicateDel","api":"cars","usn":10,"columns":{"_id":"d"}}"#]
        )
    }

    @Test("the key is always there, reserved columns never, and double ones once")
    func columns() throws {
        var bench = Bench()
        try bench.logIn()
        let start = #"{"api":"cars","mt":"ReplicateStart","columns":{"z":{},"__doc":{},"a":{"update":false},"z":{}}}"#
        let result = try #require(bench.say(start).first)
        #expect(result.hasSuffix(#""columns":{"_id":{},"z":{},"a":{}}}"#))
    }

    @Test("edits are written with the named columns that may change; what is not allowed is refused without closing")
    func edits() throws {
        var bench = Bench(usn: 1)
        try bench.logIn()
        _ = bench.say(Self.start)
        let update =
            #"{"api":"cars","mt":"ReplicateUpdate","src":"r","usn":3,"columns":{"_id":"a","color":"red","n":5,"q":1}}"#
        #expect(bench.say(update).isEmpty)
        let edit = try #require(bench.edit)
        #expect(edit.change == .update)
        #expect(edit.id == Array(#""a""#.utf8))
        #expect(edit.fields == Array(#"{"color":"red"}"#.utf8))
        #expect(bench.give(.edited(edit.session, number: edit.number, .done)).isEmpty)

        _ = bench.say(#"{"api":"cars","mt":"ReplicateAdd","src":"r","columns":{"_id":"b","n":5,"color":"red","q":1}}"#)
        #expect(bench.edit?.change == .set)
        #expect(bench.edit?.fields == Array(#"{"color":"red","n":5}"#.utf8))
        let add = try #require(bench.edit)
        #expect(
            bench.give(.edited(add.session, number: add.number, .refused("no"))) == [
                #"{"mt":"ReplicateAddResult","api":"cars","src":"r","error":1,"errorText":"no","columns":{"_id":"b"}}"#
            ]
        )
        _ = bench.say(#"{"api":"cars","mt":"ReplicateDel","src":"r","columns":{"_id":"b"}}"#)
        #expect(bench.edit?.change == .delete)

        let refused = bench.say(#"{"api":"cars","mt":"ReplicateUpdate","src":"r","columns":{"_id":"a","n":1}}"#)
        #expect(
            refused == [
                #"{"mt":"ReplicateUpdateResult","api":"cars","src":"r","error":1,"#
                    + #""errorText":"none of these columns was started with update","columns":{"_id":"a"}}"#
            ]
        )
        #expect(bench.wishes.isEmpty)
    }

    @Test(
        "who did not ask for rights has none",
        arguments: ["ReplicateAdd", "ReplicateDel", "ReplicateUpdate"]
    )
    func readOnly(type: String) throws {
        var bench = Bench(usn: 1)
        try bench.logIn()
        _ = bench.say(#"{"api":"cars","mt":"ReplicateStart","columns":{"_id":{},"color":{}}}"#)
        let answer = try #require(bench.say(#"{"api":"cars","mt":"\#(type)","columns":{"_id":"a","color":1}}"#).first)
        #expect(answer.hasPrefix(#"{"mt":"\#(type)Result","api":"cars","error":1"#))
        #expect(bench.edit == nil && bench.closed == nil)
    }

    @Test("a new start in the same session begins again, and answers to the old one's reads are dropped")
    func restart() throws {
        var bench = Bench(usn: 7)
        try bench.logIn()
        _ = bench.say(Self.start)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#)
        let old = try #require(bench.read)
        // However often: one read at a time.
        for _ in 0..<3 {
            _ = bench.say(Self.start)
            _ = bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#)
            #expect(bench.read == nil)
        }
        let batch = Bench.batch([(3, 3, .alive, #""a""#, #"{"_id":"a"}"#)])
        #expect(bench.give(.read(old.session, .success(ReadResult(batch: batch, through: 7)))).isEmpty)
        #expect(bench.read?.after == 0)
        #expect(bench.read?.session != old.session)
    }

    @Test("ReplicateNext with restart goes back to the beginning")
    func restartedNext() throws {
        var bench = Bench(usn: 9)
        try bench.logIn()
        _ = bench.say(#"{"api":"cars","mt":"ReplicateStart","guid":"\#(Bench.guid)","usn":5,"columns":{"_id":{}}}"#)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext","restart":true}"#)
        #expect(bench.read?.after == 0)
        #expect(bench.read?.tombstones == false)
    }

    @Test("a restart while rows are being read waits for them, drops them, and reads again")
    func restartedRead() throws {
        var bench = Bench(usn: 9)
        try bench.logIn()
        _ = bench.say(#"{"api":"cars","mt":"ReplicateStart","guid":"\#(Bench.guid)","usn":5,"columns":{"_id":{}}}"#)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#)
        let old = try #require(bench.read)
        for _ in 0..<3 {
            #expect(bench.say(#"{"api":"cars","mt":"ReplicateNext","restart":true}"#).isEmpty)
            #expect(bench.read == nil)
        }
        let batch = Bench.batch([(7, 7, .alive, #""b""#, #"{"_id":"b"}"#)])
        #expect(bench.give(.read(old.session, .success(ReadResult(batch: batch, through: 9)))).isEmpty)
        let new = try #require(bench.read)
        #expect(new.after == 0)
        let all = Bench.batch([(3, 3, .alive, #""a""#, #"{"_id":"a"}"#)])
        #expect(
            bench.give(.read(new.session, .success(ReadResult(batch: all, through: 9)))).first
                == #"{"mt":"ReplicateNextResult","api":"cars","usn":3,"columns":{"_id":"a"}}"#
        )
    }

    @Test("messages without src belong to the only session of their api, and to none when there are two")
    func withoutSource() throws {
        var bench = Bench(usn: 7)
        try bench.logIn()
        _ = bench.say(Self.start)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#)
        #expect(bench.read?.after == 0)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateDel","columns":{"_id":"b"}}"#)
        #expect(bench.edit?.change == .delete)
        _ = bench.say(Self.start.replacing(#""src":"r""#, with: #""src":"s""#))
        _ = bench.say(#"{"api":"cars","mt":"ReplicateDel","columns":{"_id":"b"}}"#)
        #expect(bench.edit == nil)
        #expect(bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"other"}"#).isEmpty)
        #expect(bench.wishes.isEmpty)
    }

    @Test("a filter is a property of our own, and documents that leave it are gone from the table")
    func filter() throws {
        var bench = Bench(usn: 2)
        try bench.logIn()
        let start =
            #"{"api":"cars","mt":"ReplicateStart","columns":{"_id":{}},"where":["color = 'blue'"],"pseudo":[""]}"#
        _ = bench.say(start)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#)
        let read = try #require(bench.read)
        #expect(read.filter.queries == ["color = 'blue'"])
        #expect(read.unselected == .leaveOut)
        _ = bench.give(.read(read.session, .success(ReadResult(batch: RowBatch(), through: 2))))
        _ = bench.give(.durable(app: Bench.app, usn: 3))
        let live = try #require(bench.read)
        #expect(live.unselected == .whenKnown(subscriber: ""))
        let batch = Bench.batch([(3, 1, .left, #""a""#, "")])
        #expect(
            bench.give(.read(live.session, .success(ReadResult(batch: batch, through: 3))))
                == [#"{"mt":"ReplicateDel","api":"cars","usn":3,"columns":{"_id":"a"}}"#]
        )
    }

    @Test("a start that cannot be understood is answered with an error, and the connection stays")
    func badStart() throws {
        var bench = Bench()
        try bench.logIn()
        let answer = try #require(bench.say(#"{"api":"cars","mt":"ReplicateStart","src":1,"where":[1]}"#).first)
        #expect(answer.hasPrefix(#"{"mt":"ReplicateStartResult","api":"cars","src":1,"error":1,"errorText":""#))
        #expect(
            bench.say(#"{"mt":"ReplicateStart","src":2}"#) == [
                #"{"mt":"ReplicateStartResult","src":2,"error":1,"errorText":"api is missing; it names the collection"}"#
            ]
        )
        #expect(bench.closed == nil)
    }

    @Test("live changes wait for the socket")
    func socket() throws {
        var bench = Bench()
        try bench.logIn()
        _ = bench.say(Self.start)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext","src":"r"}"#)
        _ = bench.give(.writable(Bench.link, false))
        _ = bench.give(.durable(app: Bench.app, usn: 3))
        #expect(bench.read == nil)
        _ = bench.give(.writable(Bench.link, true))
        #expect(bench.read?.through == 3)
    }

    @Test("a row that is too long for a foreign client is left out and counted")
    func oversized() throws {
        var bench = Bench(usn: 2)
        try bench.logIn()
        _ = bench.say(#"{"api":"cars","mt":"ReplicateStart","columns":{"_id":{},"t":{}}}"#)
        _ = bench.say(#"{"api":"cars","mt":"ReplicateNext"}"#)
        let read = try #require(bench.read)
        let long = String(repeating: "x", count: 70_000)
        let batch = Bench.batch([
            (1, 1, .alive, #""a""#, #"{"_id":"a","t":"\#(long)"}"#), (2, 2, .alive, #""b""#, #"{"_id":"b"}"#),
        ])
        #expect(
            bench.give(.read(read.session, .success(ReadResult(batch: batch, through: 2))))
                == [#"{"mt":"ReplicateNextResult","api":"cars","usn":2,"columns":{"_id":"b"}}"#]
        )
        #expect(bench.node.status(of: Bench.app, at: .zero).sessions.first?.publishing.first?.oversized == 1)
    }

    @Test("the base protocol's questions are answered, with their src; unknown messages are not")
    func base() throws {
        var bench = Bench()
        try bench.logIn()
        #expect(bench.say(#"{"mt":"KeepAlive"}"#) == [#"{"mt":"KeepAlive"}"#])
        #expect(
            bench.say(#"{"mt":"AppInfo","app":"cars","src":"q"}"#) == [
                #"{"mt":"AppInfoResult","src":"q","app":"cars","info":{"hidden":true},"serviceInfo":{"apis":{}}}"#
            ]
        )
        let digest = LoginDigest(app: "cars", domain: "d").hex(challenge: "1", password: Bench.app)
        let text = String(decoding: digest, as: UTF8.self)
        let check = #"{"mt":"AppCheckLogin","app":"cars","domain":"d","challenge":"1","digest":"\#(text)"}"#
        #expect(bench.say(check) == [#"{"mt":"AppCheckLoginResult","app":"cars","ok":true}"#])
        for text in [
            #"{"mt":"CheckBuild","url":"x"}"#, #"{"mt":"Nonsense"}"#, #"{}"#, #"{"mt":"ReplicateNext","api":"x"}"#,
        ] {
            #expect(bench.say(text).isEmpty)
            #expect(bench.wishes.isEmpty)
        }
    }

    @Test("what is no message ends the connection", arguments: ["x", "[1]", "{\"mt\":"])
    func broken(text: String) throws {
        var bench = Bench()
        try bench.logIn()
        #expect(bench.say(text).isEmpty)
        #expect(bench.closed == .badMessage)
    }
}
