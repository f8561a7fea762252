import JSON
import Testing

@testable import TableReplication

/// What a foreign publisher sees that we replicate a table from: here a PBX that dialled us.
@Suite("Foreign publisher")
struct ForeignPublisherTests {
    private static let subscription = Subscription(queries: ["true"], columns: ["guid", "cn"])
    private static let source = #""src":"aaaaaaaa-PbxTableUsers""#

    /// Brings a session to its `ReplicateStart`.
    private func begin(_ resume: ResumePoint? = nil) throws -> (Bench, String) {
        var bench = Bench(subscriptions: ["PbxTableUsers": Self.subscription])
        try bench.logIn()
        let info = #"{"mt":"PbxInfo","domain":"d","pbx":"master","apis":["Other","PbxTableUsers"]}"#
        #expect(bench.say(info).isEmpty)
        guard case .loadCheckpoint(let session, let key) = bench.wishes.first else {
            Issue.record("expected a question for the checkpoint")
            return (bench, "")
        }
        #expect(key.collection == "PbxTableUsers")
        let starts = bench.give(.checkpointLoaded(session, .success(ResumeResult(checkpoint: resume, documents: 0))))
        return (bench, try #require(starts.first))
    }

    @Test("a full run is pulled row by row, noted, and swept at its end; live changes follow")
    func fullRun() throws {
        var (bench, start) = try self.begin()
        #expect(
            start == #"{"mt":"ReplicateStart","api":"PbxTableUsers",\#(Self.source),"add":false,"del":false,"#
                + #""columns":{"guid":{},"cn":{}}}"#
        )
        let next = #"{"mt":"ReplicateNext","api":"PbxTableUsers",\#(Self.source)}"#
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        #expect(
            bench.say(#"{"mt":"ReplicateStartResult",\#(head),"guid":"g","usn":0,"columns":{"guid":{}}}"#) == [next]
        )
        let row = #"{"mt":"ReplicateNextResult",\#(head),"usn":4,"columns":{"guid":"1","cn":"One"}}"#
        #expect(bench.say(row) == [next])
        let first = try #require(bench.apply)
        #expect(first.mode == .replace(.marking(isFirst: true)))
        #expect(first.checkpoint == nil)
        let batch = try #require(first.batches.first)
        #expect(batch.rows.map(\.kind) == [.alive])
        #expect(batch.rows.first.map { Array(batch[$0.body]) } == Array(#"{"_id":"1","cn":"One","guid":"1"}"#.utf8))
        // The end comes while the store is busy: it waits.
        #expect(bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#).isEmpty)
        #expect(bench.apply == nil)
        _ = bench.give(.applied(first.session, .success(ApplyResult(documents: 1))))
        let sweep = try #require(bench.apply)
        #expect(sweep.mode == .replace(.sweep))
        #expect(sweep.checkpoint?.usn == 4)
        #expect(sweep.checkpoint?.guid == "g")
        _ = bench.give(.applied(sweep.session, .success(ApplyResult(documents: 1))))
        #expect(bench.node.status(of: Bench.app, at: .zero).sessions.first?.collections.first?.isLive == true)

        // A live update without a number changes the row but not the resume point.
        _ = bench.say(#"{"mt":"ReplicateUpdate",\#(head),"columns":{"guid":"1","cn":"Uno"}}"#)
        let update = try #require(bench.apply)
        #expect(update.mode == .replace(.incremental))
        #expect(update.checkpoint == nil)
        _ = bench.give(.applied(update.session, .success(ApplyResult())))
        _ = bench.say(#"{"mt":"ReplicateDel",\#(head),"usn":9,"columns":{"guid":"1"}}"#)
        #expect(bench.apply?.batches.first?.rows.map(\.kind) == [.deleted])
        #expect(bench.apply?.checkpoint?.usn == 9)
    }

    @Test("who is taken on where it left off sweeps nothing, and takes deletions inside the run")
    func incremental() throws {
        var (bench, first) = try self.begin()
        #expect(first.contains("ReplicateStart"))
        // The digest that the session itself would store.
        let digest = try #require(bench.node.links[Bench.link]?.replicators.first?.digest)
        let point = ResumePoint(guid: "g", usn: 41, queries: digest)
        (bench, first) = try self.begin(point)
        #expect(first.contains(#""guid":"g","usn":41"#))
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"guid":"g","usn":41,"columns":{"guid":{}}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head),"usn":42,"deleted":true,"columns":{"guid":"1"}}"#)
        let apply = try #require(bench.apply)
        #expect(apply.mode == .replace(.incremental))
        #expect(apply.batches.first?.rows.map(\.kind) == [.deleted])
        #expect(apply.checkpoint == ResumePoint(guid: "g", usn: 42, queries: digest))
        _ = bench.give(.applied(apply.session, .success(ApplyResult())))
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#)
        #expect(bench.apply?.mode == .replace(.incremental))
    }

    @Test("an empty table still forgets older notes before it sweeps")
    func empty() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#)
        let first = try #require(bench.apply)
        #expect(first.mode == .replace(.marking(isFirst: true)))
        _ = bench.give(.applied(first.session, .success(ApplyResult())))
        #expect(bench.apply?.mode == .replace(.sweep))
        // Without numbers there is nothing to resume from.
        #expect(bench.apply?.checkpoint == nil)
    }

    @Test("a refusal is shown and ends nothing else")
    func refused() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        #expect(bench.say(#"{"mt":"ReplicateStartResult",\#(head),"error":2,"errorText":"not allowed"}"#).isEmpty)
        #expect(bench.closed == nil)
        #expect(bench.node.links[Bench.link]?.replicators.first?.state == .refused("not allowed"))
    }

    @Test("messages without src belong to the session of their api")
    func withoutSource() throws {
        var (bench, _) = try self.begin()
        let next = bench.say(#"{"mt":"ReplicateStartResult","api":"PbxTableUsers","columns":{"guid":{}}}"#)
        #expect(next.count == 1)
    }

    @Test("reading stops while more waits than the window, and goes on")
    func backPressure() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        let text = String(repeating: "x", count: 60_000)
        var applies: [ApplyRequest] = []
        var stops = 0
        for number in 0..<60 {
            _ = bench.say(#"{"mt":"ReplicateUpdate",\#(head),"columns":{"guid":"\#(number)","cn":"\#(text)"}}"#)
            if let apply = bench.apply { applies.append(apply) }
            for case .reading(_, false) in bench.wishes { stops += 1 }
        }
        #expect(applies.count == 1)
        #expect(stops == 1)
        var isReadingAgain = false
        var session = try #require(applies.first?.session)
        while !isReadingAgain {
            _ = bench.give(.applied(session, .success(ApplyResult())))
            for case .reading(_, true) in bench.wishes { isReadingAgain = true }
            guard let apply = bench.apply else { break }
            session = apply.session
        }
        #expect(isReadingAgain)
    }
}
