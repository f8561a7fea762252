import JSON
import Testing

@testable import TableReplication

/// What a foreign publisher sees that we replicate a table from: here a PBX that dialled us.
@Suite("Foreign publisher")
struct ForeignPublisherTests {
    private static let subscription = Subscription(queries: ["true"], columns: ["guid", "cn"])
    private static let source = #""src":"aaaaaaaa-PbxTableUsers""#

    /// Brings a session to its `ReplicateStart`.
    private func begin(
        _ resume: ResumePoint? = nil,
        _ subscription: Subscription = Self.subscription
    ) throws -> (Bench, String) {
        var bench = Bench(subscriptions: ["PbxTableUsers": subscription])
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

    @Test("a refusal is shown, ends nothing else, and is tried again")
    func refused() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        #expect(bench.say(#"{"mt":"ReplicateStartResult",\#(head),"error":2,"errorText":"not allowed"}"#).isEmpty)
        #expect(bench.closed == nil)
        #expect(bench.node.links[Bench.link]?.replicators.first?.state == .refused("not allowed"))
        let status = try #require(bench.node.status(of: Bench.app, at: .zero).sessions.first)
        #expect(status.collections.first?.problem == "not allowed")
        #expect(status.state == .initial)
        #expect(status.collections.first?.problem == "not allowed")
        let session = try #require(try self.beginAgain(&bench))
        // Why it was refused is shown until it goes on.
        #expect(bench.node.status(of: Bench.app, at: bench.now).sessions.first?.collections.first?.problem != nil)
        _ = bench.give(.checkpointLoaded(session, .success(ResumeResult(checkpoint: nil, documents: 0))))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head),"columns":{"guid":"1"}}"#)
        _ = bench.give(.applied(session, .success(ApplyResult())))
        #expect(bench.node.status(of: Bench.app, at: bench.now).sessions.first?.lastError == nil)
    }

    /// Waits until a session that was stopped begins again.
    private func beginAgain(_ bench: inout Bench) throws -> SessionID? {
        // The link is looked at after twenty seconds anyway, and by then in time for this.
        bench.now = .seconds(20)
        _ = bench.give(.timer)
        #expect(bench.wishes.contains { if case .wake(at: .seconds(32)) = $0 { true } else { false } })
        bench.now = .seconds(32)
        _ = bench.give(.timer)
        for case .loadCheckpoint(let session, _) in bench.wishes { return session }
        return nil
    }

    @Test(
        "what is neither a row nor the end stops the run; nothing is swept, and it begins again",
        arguments: [
            #""error":3"#, #""error":3,"columns":{"guid":"2"}"#, #""columns":null"#, #""columns":["guid"]"#,
            #""columns":{"guid":"\ud800"}"#, #""columns":{"guid":"1","guid":"2"}"#,
            #""columns":{"guid":"1","cn":1e999}"#,
        ]
    )
    func brokenRow(members: String) throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head),"columns":{"guid":"1"}}"#)
        let first = try #require(bench.apply)
        #expect(bench.say(#"{"mt":"ReplicateNextResult",\#(head),\#(members)}"#).isEmpty)
        #expect(bench.give(.applied(first.session, .success(ApplyResult()))).isEmpty)
        #expect(bench.apply == nil)
        #expect(bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#).isEmpty)
        #expect(bench.apply == nil)
        let status = try #require(bench.node.status(of: Bench.app, at: .zero).sessions.first?.collections.first)
        #expect(status.problem != nil)
        #expect(!status.isLive)
        #expect(try self.beginAgain(&bench) != nil)
    }

    @Test("a live change that cannot be read stops the session, which then is not live any more")
    func brokenChange() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#)
        while let apply = bench.apply { _ = bench.give(.applied(apply.session, .success(ApplyResult()))) }
        #expect(bench.node.status(of: Bench.app, at: .zero).sessions.first?.state == .live)
        _ = bench.say(#"{"mt":"ReplicateUpdate",\#(head),"columns":{"guid":"1","guid":"2"}}"#)
        let status = bench.node.status(of: Bench.app, at: .seconds(3)).sessions.first
        #expect(status?.state == .initial)
        #expect(status?.collections.first?.lagMilliseconds == 3_000)
    }

    @Test(
        "an answer that neither goes on from our place nor begins at 0 is asked for again from the beginning",
        arguments: [#""guid":"g","#, #""guid":"g","usn":40,"#, #""guid":"h","usn":41,"#, ""]
    )
    func unclearPlace(place: String) throws {
        var (bench, _) = try self.begin()
        let digest = try #require(bench.node.links[Bench.link]?.replicators.first?.digest)
        (bench, _) = try self.begin(ResumePoint(guid: "g", usn: 41, queries: digest))
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        let answer = #"{"mt":"ReplicateStartResult",\#(head),\#(place)"columns":{"guid":{}}}"#
        let again = bench.say(answer)
        #expect(again.first?.hasPrefix(#"{"mt":"ReplicateStart""#) == true)
        #expect(again.first?.contains(#""guid":"g""#) == false)
        // What came in between belongs to neither run.
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#)
        #expect(bench.apply == nil)
        #expect(bench.say(answer).first?.hasPrefix(#"{"mt":"ReplicateNext""#) == true)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head),"usn":4,"columns":{"guid":"1"}}"#)
        #expect(bench.apply?.mode == .replace(.marking(isFirst: true)))
    }

    @Test("who names no columns starts without any, and again with those that the publisher offers, the key first")
    func offeredColumns() throws {
        var (bench, start) = try self.begin(nil, Subscription(queries: ["true"]))
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        #expect(start == #"{"mt":"ReplicateStart",\#(head),"add":false,"del":false,"columns":{}}"#)
        let offer = #""columns":{"cn":{},"__x":{},"guid":{"update":true},"a\"b":{}}"#
        let again = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"guid":"g","usn":0,\#(offer)}"#)
        #expect(
            again == [
                #"{"mt":"ReplicateStart",\#(head),"add":false,"del":false,"columns":{"guid":{},"cn":{},"a\"b":{}}}"#
            ]
        )
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"guid":"g","usn":0,\#(offer)}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head),"usn":4,"columns":{"cn":"One","guid":"1"}}"#)
        let batch = try #require(bench.apply?.batches.first)
        #expect(batch.rows.first.map { Array(batch[$0.id]) } == Array(#""1""#.utf8))

        (bench, _) = try self.begin(nil, Subscription(queries: ["true"]))
        #expect(bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{}}"#).isEmpty)
        let problem = bench.node.status(of: Bench.app, at: .zero).sessions.first?.collections.first?.problem
        #expect(problem == "the publisher does not say which columns it has")
    }

    @Test("the answer to an earlier session's start is not taken for this one's", arguments: [false, true])
    func lateAnswer(isGoneMeanwhile: Bool) throws {
        var (bench, _) = try self.begin()
        let digest = try #require(bench.node.links[Bench.link]?.replicators.first?.digest)
        (bench, _) = try self.begin(ResumePoint(guid: "g", usn: 41, queries: digest))
        func configure(_ subscriptions: [String: Subscription]) {
            let app = AppConfiguration(appId: Bench.app, appName: "cars", subscriptions: subscriptions)
            let key = String(repeating: "a", count: 32)
            _ = bench.give(.configure(NodeConfiguration(peerKey: key, apps: [Bench.app: app])))
        }
        // Other columns are wanted before the first start is answered.
        if isGoneMeanwhile { configure([:]) }
        configure(["PbxTableUsers": Subscription(queries: ["true"], columns: ["guid", "dn"])])
        let session = try #require(bench.node.links[Bench.link]?.replicators.first?.id)
        let none = ResumeResult(checkpoint: nil, documents: 0)
        #expect(bench.give(.checkpointLoaded(session, .success(none))).first?.contains("dn") == true)
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        let late = #"{"mt":"ReplicateStartResult",\#(head),"guid":"g","usn":41,"columns":{"guid":{}}}"#
        #expect(bench.say(late).isEmpty)
        // The run that goes on from 41 must not be swept.
        #expect(bench.say(#"{"mt":"ReplicateNextResult",\#(head)}"#).isEmpty)
        #expect(bench.apply == nil)
        let answer = #"{"mt":"ReplicateStartResult",\#(head),"guid":"g","usn":0,"columns":{"guid":{}}}"#
        #expect(bench.say(answer).count == 1)
    }

    @Test("rows that nobody asked for are dropped")
    func unasked() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        let row = #"{"mt":"ReplicateNextResult",\#(head),"columns":{"guid":"1"}}"#
        // Each row is answered by a question for the next one, until enough are waiting.
        var questions = 0
        for _ in 0..<5_000 { questions += bench.say(row).count }
        #expect(questions < 2_000)
        let waiting = try #require(bench.node.links[Bench.link]?.replicators.first?.queue.count)
        #expect(waiting <= 1_024)
    }

    /// More rows of 60,000 bytes than the window takes.
    private static let windowful = NodeTiming().window / 60_000 + 25

    @Test("reading stops also while rows that were asked for fill the window")
    func askedBackPressure() throws {
        var (bench, _) = try self.begin()
        let head = #""api":"PbxTableUsers",\#(Self.source)"#
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(head),"columns":{"guid":{}}}"#)
        let text = String(repeating: "x", count: 60_000)
        var stops = 0
        for number in 0..<Self.windowful {
            _ = bench.say(#"{"mt":"ReplicateNextResult",\#(head),"columns":{"guid":"\#(number)","cn":"\#(text)"}}"#)
            for case .reading(_, false) in bench.wishes { stops += 1 }
        }
        #expect(stops == 1)
        // The store fails: nothing waits any more, and reading goes on.
        let session = try #require(bench.node.links[Bench.link]?.replicators.first?.id)
        _ = bench.give(.applied(session, .failure(StoreFailure("disk full"))))
        #expect(bench.wishes.contains { if case .reading(_, true) = $0 { true } else { false } })
    }

    @Test("two PBXs behind one address are two publishers")
    func keys() throws {
        var keys: Set<String> = []
        for name in ["master", "slave"] {
            var bench = Bench(subscriptions: ["PbxTableUsers": Self.subscription])
            try bench.logIn()
            _ = bench.say(#"{"mt":"PbxInfo","domain":"d","pbx":"\#(name)","apis":["PbxTableUsers"]}"#)
            for case .loadCheckpoint(_, let key) in bench.wishes { keys.insert(key.peer) }
        }
        #expect(keys == ["127.0.0.1/d/master", "127.0.0.1/d/slave"])
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
        for number in 0..<Self.windowful {
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
