import Clocks
import JSON
import Testing

@testable import TableReplication

/// The sessions between peers of ours, each side by itself.
@Suite("Sessions of our own peers")
struct OwnSessionTests {
    private static let peer = PeerIdentity(
        peerKey: String(repeating: "b", count: 32),
        store: "0000000000000000000000000000000b"
    )

    /// A node with an open link to a peer of ours.
    private func bench(usn: UInt64 = 9, purged: UInt64 = 0, subscription: Subscription? = nil) -> Bench {
        var bench = Bench(usn: usn, purged: purged, subscriptions: subscription.map { ["cars": $0] } ?? [:])
        _ = bench.give(.accepted(Bench.link, address: "h", path: "/cars"))
        bench.node.links[Bench.link]?.open(Self.peer, at: .zero)
        bench.node.links[Bench.link]?.app = Bench.app
        bench.node.apps[Bench.app]?.links.append(Bench.link)
        return bench
    }

    private func start(guid: String? = nil, usn: Int = 0, credit: Int = 10_000, held: Bool, initial: Bool = false)
        -> String
    {
        let resume = guid.map { #""guid":"\#($0)","usn":\#(usn),"# } ?? ""
        return
            #"{"mt":"ReplicateStart","api":"cars","src":"s",\#(resume)"columns":{"_id":{},"__doc":{},"__stamps":{}},"#
            + #""peerage":{"where":["color = 'blue'"],"credit":\#(credit),"held":\#(held),"initial":\#(initial)}}"#
    }

    @Test("a publisher reads at once, and what it reads depends on where the subscriber is")
    func reads() throws {
        var fresh = self.bench()
        let result = fresh.say(self.start(held: false))
        #expect(
            result.first?.hasSuffix(#""usn":0,"columns":{"_id":{},"__doc":{},"__stamps":{}},"peerage":{}}"#) == true
        )
        let first = try #require(fresh.read)
        #expect(first.after == 0 && first.through == 9)
        #expect(first.tombstones && first.unselected == .leaveOut && first.excludingOrigin == nil)

        // Who has documents is told of all that are not selected.
        var held = self.bench()
        _ = held.say(self.start(guid: "another", usn: 5, held: true))
        #expect(held.read?.after == 0)
        #expect(held.read?.unselected == .all)

        var resumed = self.bench()
        _ = resumed.say(self.start(guid: Bench.guid, usn: 5, held: true))
        let next = try #require(resumed.read)
        #expect(next.after == 5)
        #expect(next.unselected == .whenKnown(subscriber: Self.peer.peerKey))
        #expect(next.excludingOrigin == Self.peer.store)

        // An initial run that was cut off stays a full one.
        var unfinished = self.bench()
        _ = unfinished.say(self.start(guid: Bench.guid, usn: 5, held: true, initial: true))
        let rest = try #require(unfinished.read)
        #expect(rest.after == 5 && rest.unselected == .all && rest.excludingOrigin == nil)

        var purged = self.bench(purged: 6)
        _ = purged.say(self.start(guid: Bench.guid, usn: 5, held: true))
        #expect(purged.read?.after == 0)
    }

    @Test("who is behind tombstones that go begins anew; a full run goes on, and says what it still needs")
    func purgedMeanwhile() throws {
        var bench = self.bench()
        #expect(bench.node.purgeLimit(of: Bench.app) == .max)
        _ = bench.say(self.start(guid: Bench.guid, usn: 5, held: true))
        #expect(bench.node.purgeLimit(of: Bench.app) == 5)
        _ = bench.give(.purged(app: Bench.app, usn: 5))
        #expect(bench.closed == nil)
        _ = bench.give(.purged(app: Bench.app, usn: 6))
        #expect(bench.closed == .tombstonesPurged)
        #expect(bench.node.purgeLimit(of: Bench.app) == .max)

        var full = self.bench()
        _ = full.say(self.start(held: false))
        #expect(full.node.purgeLimit(of: Bench.app) == 0)
        _ = full.give(.purged(app: Bench.app, usn: 6))
        #expect(full.closed == nil)
    }

    @Test("rows go out while there is credit, with the position and the end; then the publisher waits")
    func credit() throws {
        var bench = self.bench()
        _ = bench.say(self.start(credit: 100, held: false))
        let read = try #require(bench.read)
        let batch = Bench.batch([(3, 3, .alive, #""a""#, #"{"_id":"a","color":"blue"}"#)])
        let stamps = "0192f3a0b1c20000.7f3c09d2a18e4b65"
        #expect(
            bench.give(.read(read.session, .success(ReadResult(batch: batch, through: 4)))) == [
                #"{"mt":"ReplicateNextResult","api":"cars","src":"s","rows":[{"usn":3,"doc":{"_id":"a","color":"blue"},"#
                    + #""stamps":"\#(stamps)"}],"usn":4,"head":9}"#
            ]
        )
        // That was more than a hundred bytes, and a little more credit does not make up for it.
        #expect(bench.read == nil)
        _ = bench.say(#"{"mt":"ReplicateNext","api":"cars","src":"s","peerage":{"credit":10}}"#)
        #expect(bench.read == nil)
        _ = bench.say(#"{"mt":"ReplicateNext","api":"cars","src":"s","peerage":{"credit":1000}}"#)
        let more = try #require(bench.read)
        #expect(more.after == 4)
        let last = Bench.batch([(8, 2, .deleted, #""b""#, ""), (9, 1, .left, #""c""#, "")])
        #expect(
            bench.give(.read(more.session, .success(ReadResult(batch: last, through: 9)))) == [
                #"{"mt":"ReplicateNextResult","api":"cars","src":"s","rows":[{"usn":8,"id":"b","stamps":"\#(stamps)"},"#
                    + #"{"usn":9,"id":"c","stamps":"\#(stamps)","left":true}],"usn":9,"head":9,"end":true}"#
            ]
        )
        // Live: what is durable goes out, and nothing before.
        _ = bench.give(.durable(app: Bench.app, usn: 11))
        #expect(bench.read?.through == 11)
        #expect(bench.read?.unselected == .whenKnown(subscriber: Self.peer.peerKey))
    }

    @Test("a position that moved without rows is passed on after a second")
    func progress() throws {
        var bench = self.bench()
        _ = bench.say(self.start(held: false))
        let read = try #require(bench.read)
        _ = bench.give(.read(read.session, .success(ReadResult(batch: RowBatch(), through: 9))))
        _ = bench.give(.durable(app: Bench.app, usn: 10))
        let next = try #require(bench.read)
        #expect(bench.give(.read(next.session, .success(ReadResult(batch: RowBatch(), through: 10)))).isEmpty)
        bench.now = .seconds(1)
        #expect(bench.give(.timer) == [#"{"mt":"ReplicateNextResult","api":"cars","src":"s","usn":10,"head":10}"#])
        #expect(bench.give(.timer).isEmpty)
    }

    @Test("what the publisher has evicted itself goes out as gone, and is read as that")
    func gone() throws {
        var bench = self.bench()
        _ = bench.say(self.start(guid: Bench.guid, usn: 5, held: true))
        let read = try #require(bench.read)
        let batch = Bench.batch([(7, 3, .gone, #""c""#, "")])
        let sent = bench.give(.read(read.session, .success(ReadResult(batch: batch, through: 9))))
        let message = try #require(sent.first)
        #expect(
            message.contains(#"[{"usn":7,"id":"c","stamps":"0192f3a0b1c20000.7f3c09d2a18e4b65","gone":true}]"#)
        )
        let rows = try ReplicatedRows(try Envelope(Array(message.utf8)))
        #expect(rows.batch.rows.map(\.kind) == [.gone])
        #expect(rows.usn == 9)
    }

    @Test("final states go out only once they are durable")
    func get() throws {
        var bench = self.bench()
        _ = bench.say(self.start(credit: 0, held: true))
        #expect(bench.say(#"{"mt":"ReplicateGet","api":"cars","src":"s","ids":["a",{"k":1}]}"#).isEmpty)
        guard case .fetch(let request) = bench.wishes.first else {
            Issue.record("expected a fetch")
            return
        }
        #expect(request.ids == [Array(#""a""#.utf8), Array(#"{"k":1}"#.utf8)])
        let batch = Bench.batch([(12, 3, .alive, #""a""#, #"{"_id":"a"}"#)])
        let found = FetchResult(batch: batch, looked: 2)
        #expect(bench.give(.fetched(request.session, .success(found))).isEmpty)
        #expect(bench.give(.durable(app: Bench.app, usn: 11)).isEmpty)
        let answer = try #require(bench.give(.durable(app: Bench.app, usn: 12)).first)
        #expect(answer.hasPrefix(#"{"mt":"ReplicateGetResult","api":"cars","src":"s","rows":[{"usn":12,"#))
        #expect(answer.hasSuffix(#""looked":2}"#))
    }

    @Test("a row that its escapes make too long for a message is taken back, and the next one goes out")
    func oversized() throws {
        var batch = RowBatch()
        let quotes = [UInt8](repeating: UInt8(ascii: "\""), count: 200)
        for (usn, stamps) in [(1, Array("a".utf8)), (2, quotes), (3, Array("b".utf8))] as [(UInt64, [UInt8])] {
            batch.append(.deleted, usn: usn, firstUSN: 0, id: Array(#""x""#.utf8), body: [], stamps: stamps)
        }
        var writer = MessageWriter(.replicateNextResult)
        #expect(writer.rows(batch, limit: 400) == 1)
        #expect(
            String(decoding: writer.taken(), as: UTF8.self)
                == #"{"mt":"ReplicateNextResult","rows":[{"usn":1,"id":"x","stamps":"a"},"#
                + #"{"usn":3,"id":"x","stamps":"b"}]}"#
        )
    }

    @Test("conditions that cannot be read are refused with their place")
    func badQuery() throws {
        var bench = self.bench()
        let start = self.start(held: false).replacing("color = 'blue'", with: "color =")
        let answer = try #require(bench.say(start).first)
        #expect(
            answer.hasPrefix(
                #"{"mt":"ReplicateStartResult","api":"cars","src":"s","error":1,"errorText":"query \"color =\", column 8"#
            )
        )
        #expect(answer.hasSuffix(#","peerage":{"query":"color ="}}"#))
        #expect(bench.closed == nil)
    }

    @Test("a start that is refused ends the session that was in its place")
    func refusedAgain() throws {
        var bench = self.bench()
        _ = bench.say(self.start(held: false))
        #expect(bench.node.links[Bench.link]?.publishers.count == 1)
        _ = bench.say(self.start(held: false).replacing("color = 'blue'", with: "nope(color)"))
        #expect(bench.node.links[Bench.link]?.publishers.isEmpty == true)
    }

    // MARK: - The subscriber

    /// Brings a subscriber to its `ReplicateStart`.
    private func subscriber(
        _ resume: ResumeResult,
        _ subscription: Subscription = Subscription(queries: ["color = 'blue'"])
    ) throws -> (bench: Bench, start: String) {
        var bench = self.bench(subscription: subscription)
        bench.node.startReplicators(Bench.link, app: Bench.app, at: .zero)
        let session = try #require(bench.node.links[Bench.link]?.replicators.first?.id)
        let start = bench.give(.checkpointLoaded(session, .success(resume))).first
        return (bench, try #require(start))
    }

    private let head = #""api":"cars","src":"aaaaaaaa-cars""#

    @Test("an initial run is marked as unfinished until its end, and continued as such")
    func unfinished() throws {
        var (bench, start) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0))
        #expect(!start.contains("guid"))
        #expect(start.contains(#""held":false,"initial":false"#))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        let row = #"{"usn":3,"id":"a","stamps":"x"}"#
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"rows":[\#(row)],"usn":4,"head":9}"#)
        let first = try #require(bench.apply)
        #expect(first.mode == .merge(.keep))
        #expect(first.origin == "g")
        let point = try #require(first.checkpoint)
        #expect(point.guid == "g" && point.usn == 4)
        #expect(point.queries.hasSuffix(":initial"))
        let status = try #require(bench.node.status(of: Bench.app, at: .seconds(2)).sessions.first?.collections.first)
        #expect(status.lagChanges == 9 && status.lagMilliseconds == 2_000 && !status.isLive)

        // Cut off here, it goes on there.
        (bench, start) = try self.subscriber(ResumeResult(checkpoint: point, documents: 1))
        #expect(start.contains(#""guid":"g","usn":4"#))
        #expect(start.contains(#""held":true,"initial":true"#))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":4,"columns":{},"peerage":{}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"usn":9,"head":9,"end":true}"#)
        let last = try #require(bench.apply)
        #expect(last.checkpoint?.usn == 9)
        #expect(last.checkpoint?.queries.hasSuffix(":initial") == false)
        _ = bench.give(.applied(last.session, .success(ApplyResult(documents: 7))))
        let live = try #require(bench.node.status(of: Bench.app, at: .zero).sessions.first?.collections.first)
        #expect(live.isLive && live.lagChanges == 0 && live.lagMilliseconds == 0 && live.documents == 7)
    }

    @Test("other queries than those of the checkpoint begin again")
    func otherQueries() throws {
        let point = ResumePoint(guid: "g", usn: 4, queries: "another digest")
        let (_, start) = try self.subscriber(ResumeResult(checkpoint: point, documents: 1))
        #expect(!start.contains("guid"))
        #expect(start.contains(#""held":true,"initial":false"#))
    }

    @Test("the resume point waits for the final states of documents that left, asked for as often as needed")
    func wanted() throws {
        var (bench, _) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        let rows = #"{"usn":3,"id":"a","stamps":"x","left":true},{"usn":4,"id":"b","stamps":"x","left":true}"#
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"rows":[\#(rows)],"usn":4,"head":4,"end":true}"#)
        let first = try #require(bench.apply)
        let ids = [Array(#""a""#.utf8), Array(#""b""#.utf8)]
        #expect(
            bench.give(.applied(first.session, .success(ApplyResult(wanted: ids))))
                == [#"{"mt":"ReplicateGet",\#(self.head),"ids":["a","b"]}"#]
        )
        // What comes in the meantime waits.
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"usn":5,"head":5}"#)
        #expect(bench.apply == nil)
        let row = #"{"usn":3,"doc":{"_id":"a"},"stamps":"x"}"#
        _ = bench.say(#"{"mt":"ReplicateGetResult",\#(self.head),"rows":[\#(row)],"looked":1}"#)
        let part = try #require(bench.apply)
        #expect(part.checkpoint == nil)
        #expect(part.batches.first?.count == 1)
        #expect(
            bench.give(.applied(part.session, .success(ApplyResult())))
                == [#"{"mt":"ReplicateGet",\#(self.head),"ids":["b"]}"#]
        )
        _ = bench.say(#"{"mt":"ReplicateGetResult",\#(self.head),"rows":[],"looked":1}"#)
        let last = try #require(bench.apply)
        #expect(last.checkpoint?.usn == 4)
        _ = bench.give(.applied(last.session, .success(ApplyResult())))
        #expect(bench.apply?.checkpoint?.usn == 5)
    }

    @Test("credit comes back for what has been applied, a quarter of the window at a time")
    func grant() throws {
        var (bench, _) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        let text = String(repeating: "x", count: NodeTiming().window / 7)
        var messages: [String] = []
        for usn in 1...2 {
            let row = #"{"usn":\#(usn),"doc":{"_id":"a","t":"\#(text)"},"stamps":"x"}"#
            _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"rows":[\#(row)],"usn":\#(usn),"head":2}"#)
            let apply = try #require(bench.apply)
            messages += bench.give(.applied(apply.session, .success(ApplyResult())))
        }
        #expect(messages.count == 1)
        let credit = try JSONValue(parsing: try #require(messages.first))["peerage"]?["credit"]?.integer
        #expect(try #require(credit) > NodeTiming().window / 4)
    }

    @Test("rows that the store cannot take are counted, and do not stop the session")
    func skipped() throws {
        var (bench, _) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"usn":3,"head":3,"end":true}"#)
        let apply = try #require(bench.apply)
        _ = bench.give(.applied(apply.session, .success(ApplyResult(skipped: 2, skipReason: "too long"))))
        let status = bench.node.status(of: Bench.app, at: .zero).sessions.first?.collections.first
        #expect(status?.skipped == 2)
        #expect(status?.isLive == true)
        #expect(status?.problem == "2 documents could not be taken; the last one: too long")
    }

    @Test("a peer that does not answer as one is refused, and asked again")
    func notOwn() throws {
        var (bench, _) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0))
        #expect(bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"columns":{"_id":{}}}"#).isEmpty)
        #expect(bench.node.status(of: Bench.app, at: .zero).sessions.first?.collections.first?.problem != nil)
        #expect(bench.node.links[Bench.link]?.replicators.first?.retryAt == .seconds(32))
    }

    private func refusal(of query: String) -> String {
        #"{"mt":"ReplicateStartResult",\#(self.head),"error":1,"errorText":"no \#(query)","peerage":{"query":"\#(query)"}}"#
    }

    @Test("a query that the publisher cannot evaluate is left out, and nothing is dropped for its sake")
    func refusedQuery() throws {
        let subscription = Subscription(queries: ["nope(a)", "true"], onLeave: .evict)
        let nothing = ResumeResult(checkpoint: nil, documents: 0)
        var (bench, first) = try self.subscriber(nothing, subscription)
        let session = try #require(bench.node.links[Bench.link]?.replicators.first?.id)
        #expect(first.hasSuffix(#""onLeave":"Evict","where":["nope(a)","true"]}}"#))
        #expect(bench.say(self.refusal(of: "nope(a)")).isEmpty)
        let second = try #require(bench.give(.checkpointLoaded(session, .success(nothing))).first)
        #expect(second.hasSuffix(#""onLeave":"Keep","where":["true"]}}"#))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"usn":3,"head":3,"end":true}"#)
        let apply = try #require(bench.apply)
        #expect(apply.mode == .merge(.keep))
        _ = bench.give(.applied(apply.session, .success(ApplyResult())))
        let status = try #require(bench.node.status(of: Bench.app, at: .zero).sessions.first)
        #expect(status.state == .live)
        #expect(status.collections.first?.refused == [QueryRefusal(query: "nope(a)", reason: "no nope(a)")])
        #expect(status.collections.first?.problem == nil)

        // Once it can be evaluated, its documents from before are still to come.
        let whole = try self.subscriber(ResumeResult(checkpoint: apply.checkpoint, documents: 1), subscription)
        #expect(!whole.start.contains("guid"))
        // As are those to go, once it is not asked for any more.
        let others = Subscription(queries: ["true"], onLeave: .evict)
        let rest = try self.subscriber(ResumeResult(checkpoint: apply.checkpoint, documents: 1), others)
        #expect(!rest.start.contains("guid"))
    }

    @Test("a session without any query left rests, says so, and asks again")
    func nothingLeft() throws {
        let subscription = Subscription(queries: ["nope(a)"])
        var (bench, _) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0), subscription)
        _ = bench.say(self.refusal(of: "nope(a)"))
        func refused() -> [QueryRefusal]? {
            bench.node.status(of: Bench.app, at: bench.now).sessions.first?.collections.first?.refused
        }
        let refusal = QueryRefusal(query: "nope(a)", reason: "no nope(a)")
        #expect(refused() == [refusal])
        // While it asks again nothing has changed.
        bench.now = .seconds(32)
        _ = bench.give(.timer)
        let session = try #require(bench.node.links[Bench.link]?.replicators.first?.id)
        #expect(refused() == [refusal])
        let start = bench.give(.checkpointLoaded(session, .success(ResumeResult(checkpoint: nil, documents: 0))))
        #expect(start.first?.contains(#""where":["nope(a)"]"#) == true)
        #expect(refused() == [refusal])
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        #expect(refused() == [])
    }

    @Test("a failure of the store stops its session alone, says why, and is tried again")
    func storeFailure() throws {
        var (bench, _) = try self.subscriber(ResumeResult(checkpoint: nil, documents: 0))
        _ = bench.say(#"{"mt":"ReplicateStartResult",\#(self.head),"guid":"g","usn":0,"columns":{},"peerage":{}}"#)
        let row = #"{"usn":3,"id":"a","stamps":"x"}"#
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"rows":[\#(row)],"usn":3,"head":3}"#)
        let apply = try #require(bench.apply)
        #expect(bench.give(.applied(apply.session, .failure(StoreFailure("disk full")))).isEmpty)
        #expect(bench.closed == nil)
        let link = bench.node.status(of: Bench.app, at: .zero).sessions.first
        #expect(link?.collections.first?.problem == "disk full")
        #expect(link?.collections.first?.isLive == false)
        #expect(link?.state == .initial)
        // What still comes for it has no effect.
        _ = bench.say(#"{"mt":"ReplicateNextResult",\#(self.head),"rows":[\#(row)],"usn":3,"head":3}"#)
        #expect(bench.apply == nil)
        bench.now = .seconds(32)
        _ = bench.give(.timer)
        guard
            case .loadCheckpoint(let session, _)? = bench.wishes.first(where: {
                if case .loadCheckpoint = $0 { true } else { false }
            })
        else {
            Issue.record("expected the session to begin again")
            return
        }
        #expect(session != apply.session)
    }
}
