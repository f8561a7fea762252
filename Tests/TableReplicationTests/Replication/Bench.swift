import Clocks
import JSON
import Testing

@testable import TableReplication

/// A node with one app and a foreign client that has logged in, so that tests read as the protocol's dialogue.
struct Bench {
    static let app = "2164bef3-37c0-489c-9ac6-c94b034525d7"
    static let guid = "c9ebcc5914bd5e01c8020090334106ee"
    static let link = LinkID.accepted(1)

    var node = ReplicationNode(chance: .seeded(SplitMix64(seed: 1)))
    var now = Duration.zero
    /// What the node wanted last, messages aside.
    var wishes: [NodeAction] = []

    /// Creates a node whose store is at a position.
    init(usn: UInt64 = 0, purged: UInt64 = 0, subscriptions: [String: Subscription] = [:]) {
        let app = AppConfiguration(appId: Self.app, appName: "cars", subscriptions: subscriptions)
        let configuration = NodeConfiguration(peerKey: String(repeating: "a", count: 32), apps: [Self.app: app])
        _ = self.node.handle(.configure(configuration), at: .zero)
        let position = StorePosition(guid: Self.guid, durableUSN: usn, purgedUSN: purged)
        _ = self.node.handle(.storeOpened(app: Self.app, position), at: .zero)
    }

    /// Gives the node an event; the messages that it sends come back.
    mutating func give(_ input: NodeInput) -> [String] {
        self.wishes = []
        var messages: [String] = []
        for action in self.node.handle(input, at: self.now) {
            if case .send(_, let bytes) = action {
                messages.append(String(decoding: bytes, as: UTF8.self))
            } else {
                self.wishes.append(action)
            }
        }
        return messages
    }

    mutating func say(_ text: String, on link: LinkID = Bench.link) -> [String] {
        self.give(.message(link, Array(text.utf8)))
    }

    /// Connects a foreign client and logs it in.
    mutating func logIn() throws {
        _ = self.give(.accepted(Self.link, address: "127.0.0.1", path: "/\(Self.app)"))
        let result = try #require(self.say(#"{"mt":"AppChallenge"}"#).first)
        let challenge = try #require(try JSONValue(parsing: result)["challenge"]?.string)
        let digest = LoginDigest(app: "cars").hex(challenge: challenge, password: Self.app)
        let text = String(decoding: digest, as: UTF8.self)
        let answer = self.say(#"{"mt":"AppLogin","app":"cars","digest":"\#(text)"}"#)
        #expect(answer == [#"{"mt":"AppLoginResult","app":"cars","ok":true}"#])
    }

    /// The read that the node wants.
    var read: ReadRequest? {
        for case .read(let request) in self.wishes { return request }
        return nil
    }

    /// The edit that the node wants.
    var edit: EditRequest? {
        for case .edit(let request) in self.wishes { return request }
        return nil
    }

    /// The rows that the node wants to be applied.
    var apply: ApplyRequest? {
        for case .apply(let request) in self.wishes { return request }
        return nil
    }

    /// Why the node closed the link.
    var closed: LinkCloseReason? {
        for case .close(_, let reason) in self.wishes { return reason }
        return nil
    }

    /// A batch of rows: body texts of documents that are alive, ids of those that are deleted or left.
    static func batch(_ rows: [(usn: UInt64, first: UInt64, RowBatch.Kind, id: String, body: String)]) -> RowBatch {
        var batch = RowBatch()
        for row in rows {
            batch.append(
                row.2,
                usn: row.usn,
                firstUSN: row.first,
                id: Array(row.id.utf8),
                body: Array(row.body.utf8),
                stamps: Array("0192f3a0b1c20000.7f3c09d2a18e4b65".utf8)
            )
        }
        return batch
    }
}
