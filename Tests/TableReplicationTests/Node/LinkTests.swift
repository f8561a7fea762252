import Clocks
import JSON
import Testing

@testable import TableReplication

/// Links as such: who stays of several, who is dead, who is not listened to.
@Suite("Links")
struct LinkTests {
    /// Two nodes and the messages between them, without any delay.
    struct Pair {
        static let keys = [String(repeating: "a", count: 32), String(repeating: "b", count: 32)]
        var nodes = [
            ReplicationNode(chance: .seeded(SplitMix64(seed: 1))),
            ReplicationNode(chance: .seeded(SplitMix64(seed: 2))),
        ]
        /// The two ends of each connection; the first dialled.
        var ends: [(dialler: Int, dialled: LinkID, accepted: LinkID)] = []
        var dials: [(peer: Int, link: LinkID, address: String)] = []
        var closed: [(peer: Int, link: LinkID, reason: LinkCloseReason)] = []
        var sent = 0
        var now = Duration.zero
        /// Connections over which nothing passes.
        var dead: Set<Int> = []

        init(dialling: [[String]]) {
            for peer in 0..<2 {
                let app = AppConfiguration(
                    appId: "app",
                    appName: "cars",
                    connections: Set(dialling[peer].map { PeerAddress($0) }),
                    subscriptions: ["cars": Subscription(queries: ["true"])]
                )
                self.give(peer, .configure(NodeConfiguration(peerKey: Self.keys[peer], apps: ["app": app])))
                let position = StorePosition(
                    guid: String(repeating: "\(peer)", count: 32),
                    durableUSN: 0,
                    purgedUSN: 0
                )
                self.give(peer, .storeOpened(app: "app", position))
            }
        }

        mutating func give(_ peer: Int, _ input: NodeInput) {
            for action in self.nodes[peer].handle(input, at: self.now) {
                switch action {
                case .dial(let link, let address, _): self.dials.append((peer, link, address.hostAndPort))
                case .send(let link, let bytes):
                    self.sent += 1
                    guard let index = self.index(peer, link), !self.dead.contains(index) else { continue }
                    let end = self.ends[index]
                    let isDialler = end.dialler == peer && end.dialled == link
                    self.give(
                        isDialler ? 1 - peer : peer == end.dialler ? peer : end.dialler,
                        .message(isDialler ? end.accepted : end.dialled, bytes)
                    )
                case .close(let link, let reason): self.closed.append((peer, link, reason))
                case .loadCheckpoint(let session, _):
                    self.give(peer, .checkpointLoaded(session, .success(ResumeResult(checkpoint: nil, documents: 0))))
                case .apply(let request): self.give(peer, .applied(request.session, .success(ApplyResult())))
                default: continue
                }
            }
        }

        private func index(_ peer: Int, _ link: LinkID) -> Int? {
            self.ends.firstIndex {
                ($0.dialler == peer && $0.dialled == link) || (1 - $0.dialler == peer && $0.accepted == link)
            }
        }

        /// Brings up the oldest connection that was asked for.
        mutating func connect() throws {
            try #require(!self.dials.isEmpty)
            let dial = self.dials.removeFirst()
            let accepted = LinkID.accepted(UInt64(self.ends.count + 1))
            self.ends.append((dial.peer, dial.link, accepted))
            self.give(1 - dial.peer, .accepted(accepted, address: "host", path: "/app"))
            self.give(dial.peer, .opened(dial.link))
        }

        /// Lets time pass, waking both every second.
        mutating func wait(_ seconds: Int) {
            for _ in 0..<seconds {
                self.now += .seconds(1)
                for peer in 0..<2 { self.give(peer, .timer) }
            }
        }

        func state(_ peer: Int) -> [LinkStatus.State] {
            self.nodes[peer].status(of: "app", at: self.now).sessions.map(\.state)
        }
    }

    @Test("one link carries both directions and becomes live")
    func one() throws {
        var pair = Pair(dialling: [["b:1"], []])
        try pair.connect()
        #expect(pair.state(0) == [.live])
        #expect(pair.state(1) == [.live])
        let status = try #require(pair.nodes[1].status(of: "app", at: pair.now).sessions.first)
        #expect(status.peer == Pair.keys[0])
        #expect(!status.dialled)
        #expect(status.collections.map(\.name) == ["cars"])
        #expect(status.collections.first?.isLive == true)
    }

    @Test(
        "a collection that is dropped during its initial run is forgotten by who sends it, and may be asked for again"
    )
    func dropped() throws {
        var pair = Pair(dialling: [["b:1"], []])
        pair.give(1, .durable(app: "app", usn: 10))
        try pair.connect()
        // The store never answers, so that the run goes on.
        #expect(pair.state(1) == [.initial])
        func ask(for collections: [String]) {
            let app = AppConfiguration(
                appId: "app",
                appName: "cars",
                connections: [PeerAddress("b:1")],
                subscriptions: Dictionary(
                    uniqueKeysWithValues: collections.map { ($0, Subscription(queries: ["true"])) }
                )
            )
            pair.give(0, .configure(NodeConfiguration(peerKey: Pair.keys[0], apps: ["app": app])))
        }
        func sent() -> [String] {
            pair.nodes[1].status(of: "app", at: pair.now).sessions.flatMap(\.publishing).map(\.name)
        }
        #expect(sent() == ["cars"])
        ask(for: ["drivers"])
        #expect(sent() == ["drivers"])
        ask(for: [])
        #expect(sent().isEmpty)
        #expect(pair.state(0) == [.live])
        #expect(pair.state(1) == [.live])
        #expect(pair.nodes[1].purgeLimit(of: "app") == .max)
        ask(for: ["cars"])
        #expect(sent() == ["cars"])
        #expect(pair.state(1) == [.initial])
    }

    @Test(
        "of two links the one dialled by the smaller key stays, and the other is not dialled again",
        arguments: [0, 1]
    )
    func tieBreak(first: Int) throws {
        var pair = Pair(dialling: [["b:1"], ["a:1"]])
        if first == 1 { pair.dials.reverse() }
        try pair.connect()
        try pair.connect()
        #expect(pair.closed.map(\.reason) == [.superseded])
        let closed = try #require(pair.closed.first)
        #expect(closed.peer == 1)
        // The other side learns of it.
        let end = try #require(pair.ends.first { $0.dialler == 1 })
        pair.give(0, .closed(end.accepted, error: nil))
        pair.wait(60)
        #expect(pair.dials.isEmpty)
        #expect(pair.state(0) == [.live])
        #expect(pair.state(1) == [.live])
        // Once the link that stayed has ended, either side dials again.
        let kept = try #require(pair.ends.first { $0.dialler == 0 })
        pair.give(0, .closed(kept.dialled, error: nil))
        pair.give(1, .closed(kept.accepted, error: nil))
        pair.wait(1)
        #expect(pair.dials.map(\.peer).sorted() == [0, 1])
    }

    @Test("a second address of the same peer takes the first one's place once")
    func alias() throws {
        var pair = Pair(dialling: [["b:1", "b:2"], []])
        try pair.connect()
        try pair.connect()
        pair.wait(60)
        #expect(pair.state(0) == [.live])
        #expect(pair.state(1) == [.live])
        #expect(pair.dials.isEmpty)
    }

    @Test("a link that has gone silent is given up by both sides, and dialled again")
    func halfOpen() throws {
        var pair = Pair(dialling: [["b:1"], []])
        try pair.connect()
        pair.wait(15)
        pair.dead = [0]
        pair.wait(45)
        #expect(Set(pair.closed.map(\.peer)) == [0, 1])
        #expect(pair.closed.allSatisfy { $0.reason == .silent })
        #expect(pair.dials.map(\.address) == ["b:1"])
    }

    @Test("an idle link lives by signs of life, one every twenty seconds")
    func keepAlive() throws {
        var pair = Pair(dialling: [["b:1"], []])
        try pair.connect()
        let before = pair.sent
        pair.wait(200)
        #expect(pair.closed.isEmpty)
        // One question and one answer each time.
        #expect(pair.sent - before <= 24)
        #expect(pair.sent - before >= 14)
    }

    @Test("a login that is not finished in time ends the connection")
    func loginTime() {
        var bench = Bench()
        _ = bench.give(.accepted(Bench.link, address: "h", path: "/"))
        bench.now = .seconds(29)
        _ = bench.give(.timer)
        #expect(bench.closed == nil)
        bench.now = .seconds(30)
        _ = bench.give(.timer)
        #expect(bench.closed == .loginTimeout)
    }

    @Test("an address with ten wrong logins in a minute is not listened to until the minute is over")
    func wrongLogins() {
        var bench = Bench()
        var number: UInt64 = 0
        var refusals = 0
        while refusals < 10 {
            number += 1
            _ = bench.give(.accepted(.accepted(number), address: "h", path: "/"))
            for _ in 0..<3 {
                _ = bench.say(#"{"mt":"AppChallenge"}"#, on: .accepted(number))
                // The answer is held back for a second.
                #expect(bench.say(#"{"mt":"AppLogin","app":"cars"}"#, on: .accepted(number)).isEmpty)
                bench.now += .seconds(1)
                #expect(bench.give(.timer) == [#"{"mt":"AppLoginResult","ok":false}"#])
                refusals += 1
            }
            #expect(bench.closed == .tooManyLogins)
        }
        _ = bench.give(.accepted(.accepted(100), address: "h", path: "/"))
        #expect(bench.closed == .tooManyLogins)
        _ = bench.give(.accepted(.accepted(101), address: "other", path: "/"))
        #expect(bench.closed == nil)
        bench.now += .seconds(60)
        _ = bench.give(.accepted(.accepted(102), address: "h", path: "/"))
        #expect(bench.closed == nil)
    }

    @Test("who starts and stops again and again does not pile up reads of the store", arguments: ["r", "r#"])
    func startsAndStops(source: String) throws {
        var pair = Pair(dialling: [["b:1"], []])
        pair.give(1, .durable(app: "app", usn: 10))
        try pair.connect()
        let link = LinkID.accepted(1)
        var reads = 0
        var closed: LinkCloseReason?
        for round in 0..<3_000 where closed == nil {
            let name = source.replacing("#", with: "\(round)")
            let head = #""api":"cars","src":"\#(name)""#
            for text in [
                #"{"mt":"ReplicateStart",\#(head),"columns":{"_id":{}},"peerage":{"where":["true"],"credit":9000}}"#,
                #"{"mt":"ReplicateStop",\#(head)}"#,
            ] {
                for action in pair.nodes[1].handle(.message(link, Array(text.utf8)), at: pair.now) {
                    switch action {
                    case .read: reads += 1
                    case .close(_, let reason): closed = reason
                    default: break
                    }
                }
            }
        }
        #expect(closed == .tooManySessions)
        #expect(reads > 100 && reads <= ReplicationLink.maximumPublishers)
    }

    @Test("a peer that sends more than it was allowed to is cut off")
    func credit() throws {
        var pair = Pair(dialling: [["b:1"], []])
        try pair.connect()
        let row =
            #"{"usn":1,"id":"a","stamps":"0192f3a0b1c20000.7f3c09d2a18e4b65;!=0192f3a0b1c20000.7f3c09d2a18e4b65"}"#
        let padding = String(repeating: " ", count: NodeTiming().window + 1_024)
        let text =
            #"{"mt":"ReplicateNextResult","api":"cars","src":"aaaaaaaa-cars","usn":1,"rows":[\#(row)]\#(padding)}"#
        // The apply is left unanswered, so that no credit is given.
        let link = LinkID.dialled(1)
        _ = pair.nodes[0].handle(.message(link, Array(text.utf8)), at: .zero)
        var reasons: [LinkCloseReason] = []
        for case .close(_, let reason) in pair.nodes[0].handle(.message(link, Array(text.utf8)), at: .zero) {
            reasons.append(reason)
        }
        #expect(reasons == [.creditExceeded])
    }

    @Test("a server that is none of ours, and that was dialled, gets no documents")
    func unproved() {
        var bench = Bench(usn: 5)
        let app = AppConfiguration(appId: Bench.app, appName: "cars", connections: [PeerAddress("x:1")])
        let configuration = NodeConfiguration(peerKey: String(repeating: "a", count: 32), apps: [Bench.app: app])
        _ = bench.give(.configure(configuration))
        let link = LinkID.dialled(1)
        _ = bench.give(.opened(link))
        _ = bench.say(#"{"mt":"AppChallengeResult","challenge":1}"#, on: link)
        _ = bench.say(#"{"mt":"AppLoginResult","ok":true}"#, on: link)
        #expect(bench.say(#"{"mt":"ReplicateStart","api":"cars","columns":{"_id":{}}}"#, on: link).isEmpty)
        #expect(bench.read == nil)
    }

    @Test("another store under the same app ends its links, which are dialled again")
    func restored() throws {
        var pair = Pair(dialling: [["b:1"], []])
        try pair.connect()
        let position = StorePosition(guid: String(repeating: "9", count: 32), durableUSN: 0, purgedUSN: 0)
        pair.give(0, .storeOpened(app: "app", position))
        #expect(pair.closed.map(\.reason) == [.storeClosed])
        pair.wait(2)
        #expect(pair.dials.count == 1)
    }
}
