import Clocks
import FuzzSeeds
import JSON
import Testing

@testable import TableReplication

/// Messages that no honest side sends: whatever comes, the node answers, ignores or closes; it never traps.
@Suite("Hostile messages")
struct HostileTests {
    private static let honest = [
        #"{"mt":"AppChallenge","src":"a"}"#,
        #"{"mt":"AppLogin","app":"cars","guid":"00","digest":"00","info":{"peerage":{"version":1,"peer":"x"}}}"#,
        #"{"mt":"AppChallengeResult","challenge":"0123"}"#, #"{"mt":"AppLoginResult","ok":true}"#,
        #"{"mt":"PbxInfo","apis":["cars"],"domain":"d"}"#, #"{"mt":"AppInfo"}"#, #"{"mt":"KeepAlive"}"#,
        #"{"mt":"AppCheckLogin","app":"a","challenge":"1","digest":"2"}"#,
        #"{"mt":"ReplicateStart","api":"cars","src":"r","guid":"\#(Bench.guid)","usn":3,"add":true,"del":true,"#
            + #""columns":{"_id":{},"a\u0062":{"update":true}},"where":["color = 'blue'"]}"#,
        #"{"mt":"ReplicateStart","api":"cars","columns":{"_id":{}},"peerage":{"where":["true"],"credit":9223372036854775807}}"#,
        #"{"mt":"ReplicateNext","api":"cars","src":"r","peerage":{"credit":9223372036854775807},"restart":true}"#,
        #"{"mt":"ReplicateGet","api":"cars","ids":["a",{"b":1},3,null]}"#,
        #"{"mt":"ReplicateAdd","api":"cars","src":"r","columns":{"_id":"a","ab":[1,{"x":"\ud83d\ude00"}]}}"#,
        #"{"mt":"ReplicateUpdate","api":"cars","src":"aaaaaaaa-cars","usn":18446744073709551615,"columns":{"_id":"a"}}"#,
        #"{"mt":"ReplicateDel","api":"cars","src":"r","columns":{"_id":-1.5e300}}"#,
        #"{"mt":"ReplicateStartResult","api":"cars","src":"aaaaaaaa-cars","guid":"g","usn":5,"columns":{"_id":{},"c":{}},"peerage":{}}"#,
        #"{"mt":"ReplicateNextResult","api":"cars","src":"aaaaaaaa-cars","rows":[{"usn":6,"doc":{"_id":"a"},"stamps":"x;\"y\"=z"},"#
            + #"{"usn":7,"id":"b","stamps":"s","left":true}],"usn":9007199254740991,"head":9223372036854775807,"end":true}"#,
        #"{"mt":"ReplicateNextResult","api":"cars","src":"aaaaaaaa-cars","columns":{"_id":"a","c":null},"deleted":true}"#,
        #"{"mt":"ReplicateGetResult","api":"cars","src":"aaaaaaaa-cars","rows":[],"looked":-3}"#,
    ].map { Array($0.utf8) }

    private static let pieces = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "\u{0}", "9", "-", "e", "\"mt\"", " ",
    ]

    private static func mutate(_ message: [UInt8], _ chance: inout SplitMix64) -> [UInt8] {
        var bytes = message
        for _ in 0..<([0, 0, 0, 1, 3].randomElement(using: &chance) ?? 0) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &chance)
            switch Int.random(in: 0..<5, using: &chance) {
            case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &chance)
            case 1: bytes.remove(at: index)
            case 2: bytes.removeSubrange(index...)
            case 3: bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &chance) ?? "").utf8), at: index)
            default: bytes.replaceSubrange(index..., with: message[min(index, message.count - 1)...])
            }
        }
        return bytes
    }

    /// A node with a link in a random phase: before the login, as a foreign client, a foreign server, or a peer of ours.
    private static func node(_ chance: inout SplitMix64) -> (ReplicationNode, LinkID) {
        var node = ReplicationNode(chance: .seeded(SplitMix64(seed: 1)))
        let app = AppConfiguration(
            appId: Bench.app,
            appName: "cars",
            connections: [PeerAddress("x:1")],
            subscriptions: ["cars": Subscription(queries: ["true"])]
        )
        _ = node.handle(
            .configure(NodeConfiguration(peerKey: String(repeating: "a", count: 32), apps: [Bench.app: app])),
            at: .zero
        )
        let position = StorePosition(guid: Bench.guid, durableUSN: 9, purgedUSN: 1)
        _ = node.handle(.storeOpened(app: Bench.app, position), at: .zero)
        let link: LinkID = Bool.random(using: &chance) ? .dialled(1) : .accepted(1)
        switch link {
        case .dialled: _ = node.handle(.opened(link), at: .zero)
        case .accepted: _ = node.handle(.accepted(link, address: "h", path: "/cars"), at: .zero)
        }
        if Int.random(in: 0..<4, using: &chance) > 0 {
            let identity = PeerIdentity(peerKey: String(repeating: "b", count: 32), store: Bench.guid)
            node.links[link]?.open(Bool.random(using: &chance) ? identity : nil, at: .zero)
            if case .accepted = link {
                node.links[link]?.app = Bench.app
                node.apps[Bench.app]?.links.append(link)
            }
            node.startReplicators(link, app: Bench.app, at: .zero)
        }
        return (node, link)
    }

    @Test("connections with broken and misplaced messages", arguments: fuzzSeeds(4))
    func broken(seed: UInt64) throws {
        var chance = SplitMix64(seed: seed)
        var closed = 0
        var answered = 0
        for _ in 0..<500 {
            var (node, link) = Self.node(&chance)
            for session in node.links[link]?.replicators.map(\.id) ?? [] {
                let result = ResumeResult(checkpoint: nil, documents: 0)
                _ = node.handle(.checkpointLoaded(session, .success(result)), at: .zero)
            }
            for step in 0..<12 {
                let honest = try #require(Self.honest.randomElement(using: &chance))
                let message = Self.mutate(honest, &chance)
                let actions = node.handle(.message(link, message), at: .seconds(step))
                for action in actions {
                    switch action {
                    case .send(_, let bytes):
                        answered += 1
                        #expect((try? JSONValue(parsing: bytes)) != nil, "\(String(decoding: bytes, as: UTF8.self))")
                    case .close: closed += 1
                    case .apply(let request) where Bool.random(using: &chance):
                        _ = node.handle(
                            .applied(request.session, .success(ApplyResult(wanted: [[34, 34]]))),
                            at: .zero
                        )
                    case .read(let request) where Bool.random(using: &chance):
                        let batch = Bench.batch([(request.through, 1, .alive, #""a""#, #"{"_id":"a","ab":1}"#)])
                        let result = ReadResult(batch: batch, through: request.through)
                        _ = node.handle(.read(request.session, .success(result)), at: .zero)
                    default: continue
                    }
                }
            }
        }
        // Both happen, or this tries nothing.
        #expect(closed > 50)
        #expect(answered > 100)
    }

    @Test("rows are found wherever white space is, and their stamps without their escapes")
    func rows() throws {
        let text =
            " { \"rows\" : [ { \"usn\" : 5 , \"stamps\" : \"a;\\\"x\\\"=b\" , \"doc\" : { \"_id\" : \"a\" } } ,"
            + "{\"x\":[1],\"id\":{\"k\":\"]}\"},\"usn\":6,\"stamps\":\"c\",\"left\":true}], \"usn\":7 }"
        let rows = try ReplicatedRows(try Envelope(Array(text.utf8)))
        #expect(rows.usn == 7)
        #expect(rows.batch.rows.map(\.kind) == [.alive, .left])
        let first = try #require(rows.batch.rows.first)
        #expect(String(decoding: rows.batch[first.stamps], as: UTF8.self) == "a;\"x\"=b")
        #expect(String(decoding: rows.batch[first.body], as: UTF8.self) == "{ \"_id\" : \"a\" }")
        let last = try #require(rows.batch.rows.last)
        #expect(String(decoding: rows.batch[last.id], as: UTF8.self) == "{\"k\":\"]}\"}")
    }

    @Test(
        "rows without what they need are refused",
        arguments: [
            #"{"doc":{},"stamps":"x"}"#, #"{"usn":1,"doc":{}}"#, #"{"usn":1,"stamps":"x"}"#,
            #"{"usn":-1,"id":"a","stamps":"x"}"#,
            #"{"usn":1,"id":"a","doc":{},"stamps":"x"}"#, #"{"usn":9007199254740992,"id":"a","stamps":"x"}"#, "[]", "3",
            #"{"usn":1,"id":"a","stamps":3}"#, #"{"usn":1,"id":"a","stamps":"\x"}"#,
        ]
    )
    func badRows(row: String) throws {
        let message = try Envelope(Array(#"{"rows":[\#(row)]}"#.utf8))
        #expect(throws: MessageError.self) { try ReplicatedRows(message) }
    }
}
