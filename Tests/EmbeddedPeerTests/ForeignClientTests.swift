import JSON
import Testing

@testable import EmbeddedPeer

@Suite(
    "A plain AppWebsocket client",
    .timeLimit(.minutes(10)),
    .enabled(if: ForeignClient.isThere, "needs python3-websockets")
)
struct ForeignClientTests {
    @Test("logs in, replicates a table, edits a row and sees its echo")
    func wholeConversation() async throws {
        try await Self.withBerlin { berlin in
            try await berlin.insert(["a": "blue", "b": "red"])
            let client = try await Self.client(of: berlin)
            #expect(try await client.line().object?["rows"] == 2)
            #expect(try await client("row a") == ["_id": "a", "color": "blue"])

            // It keeps what it was sent, not what it sent: what it then holds is the echo.
            _ = try await client(#"set a color "green""#)
            #expect(try await client(#"until a {"color":"green"}"#) == ["_id": "a", "color": "green"])
            try await berlin.waits(for: "a", ["_id": "a", "color": "green"])

            _ = try await client(#"add {"_id":"c","color":"black"}"#)
            #expect(try await client(#"until c {"color":"black"}"#) == ["_id": "c", "color": "black"])
            _ = try await client("del b")
            #expect(try await client("until b null") == .null)
            try await berlin.waits { $0 == 2 }

            try await berlin.set("c", ["color": "white"])
            #expect(try await client(#"until c {"color":"white"}"#) == ["_id": "c", "color": "white"])
            #expect(try await client("rows") == 2)
        }
    }

    @Test("a row is not touched but for the columns that it named")
    func otherFields() async throws {
        try await Self.withBerlin { berlin in
            try await berlin.insert(["a": "blue"])
            try await berlin.set("a", ["wheels": 4, "owner": ["name": "x"]])
            let client = try await Self.client(of: berlin)
            #expect(try await client.line().object?["rows"] == 1)
            _ = try await client(#"set a color "green""#)
            #expect(try await client(#"until a {"color":"green"}"#) == ["_id": "a", "color": "green"])
            try await berlin.waits(
                for: "a",
                ["_id": "a", "color": "green", "wheels": 4, "owner": ["name": "x"]]
            )
        }
    }

    @Test("goes on from its usn in a session of the same connection, without a row twice")
    func again() async throws {
        try await Self.withBerlin { berlin in
            try await berlin.insert(["a": "blue", "b": "red"])
            let client = try await Self.client(of: berlin)
            let first = try #require(try await client.line().object)
            let answer = try #require(try await client("again").object)
            #expect(answer["rows"] == 0)
            #expect(answer["usn"] == first["usn"])
            // The new session follows what happens from there on.
            try await berlin.set("b", ["color": "white"])
            #expect(try await client(#"until b {"color":"white"}"#) == ["_id": "b", "color": "white"])
        }
    }

    @Test("a wrong password gets nothing")
    func wrongPassword() async throws {
        try await Self.withBerlin { berlin in
            let client = try Self.client(of: berlin, password: "guessed")
            #expect(try await client.line() == ["login": false])
        }
    }

    private static func withBerlin(_ body: (Side) async throws -> Void) async throws {
        try await withPeer(.berlin()) { peer, curl in
            let berlin = Side(peer, curl, "berlin")
            try await berlin.makeApp()
            try await body(berlin)
        }
    }

    /// A client that has logged in; replication hears of a new app a moment after the REST API's client, and who comes
    /// earlier is told that there is none.
    private static func client(of side: Side) async throws -> ForeignClient {
        while true {
            let client = try Self.client(of: side, password: ReplicationTests.app)
            if try await client.line() == ["login": true] { return client }
        }
    }

    private static func client(of side: Side, password: String) throws -> ForeignClient {
        let address = try #require(side.peer.endpoints?.replication)
        return try ForeignClient(
            "ws://\(address)/",
            app: ReplicationTests.app,
            password: password,
            table: "cars",
            columns: ["color"]
        )
    }
}
