import EmbeddedPeer
import JSON
import Testing

/// The replication operations of the Operator Management API 1.0.0 (`spec/big-peer-api.md` §1.2, 11–15), with curl.
@Suite("Replication operations")
struct ReplicationOperationsTests {
    private let path = "app/cars/bigPeerReplication"
    /// The example of the API's own documentation.
    private let body =
        #"{"name":"r1","connections":["big-peer-2.ditto.svc.cluster.local:4040"],"queriesByCollection":{"cars":["true"]}}"#

    /// Runs a peer that has the apps `cars` and `vans`.
    private func withApps(_ test: (EmbeddedBigPeer, Curl) async throws -> Void) async throws {
        try await withPeer { peer, curl in
            for app in ["cars", "vans"] { _ = try await curl("POST", "app", #"{"name":"\#(app)"}"#) }
            try await test(peer, curl)
        }
    }

    @Test("create answers 200 with the replication, get shows it, delete answers null")
    func lifecycle() async throws {
        try await self.withApps { peer, curl in
            let created = try await curl("POST", self.path, self.body)
            #expect(created.status == 200)
            let sent = try JSONValue(parsing: self.body)
            #expect(created.json == sent)
            let read = try await curl("GET", "\(self.path)/r1")
            #expect(read.status == 200)
            #expect(read.body == created.body)
            let deleted = try await curl("DELETE", "\(self.path)/r1")
            #expect(deleted.status == 200)
            #expect(deleted.body == "null")
            let gone = try await curl("GET", "\(self.path)/r1")
            #expect(gone.status == 404)
            #expect(gone.error == "big peer replication not found")
            #expect(try await curl("DELETE", "\(self.path)/r1").status == 404)
            #expect(peer.snapshot.writes == 4)
        }
    }

    @Test(
        "null, absent and empty are the same, and unknown fields are ignored",
        arguments: [
            #"{"name":"r1"}"#,
            #"{"name":"r1","connections":null,"queriesByCollection":null}"#,
            #"{"name":"r1","connections":[],"queriesByCollection":{},"future":{"a":[1]}}"#,
        ]
    )
    func empty(body: String) async throws {
        try await self.withApps { _, curl in
            let created = try await curl("POST", self.path, body)
            #expect(created.status == 200)
            #expect(created.json == ["name": "r1", "connections": [], "queriesByCollection": [:]])
        }
    }

    @Test("PUT replaces both fields, PATCH only those given")
    func updates() async throws {
        try await self.withApps { _, curl in
            _ = try await curl("POST", self.path, self.body)
            let patched = try await curl("PATCH", "\(self.path)/r1", #"{"queriesByCollection":{"vans":["x = 1"]}}"#)
            #expect(patched.status == 200)
            #expect(patched.json?["connections"] == ["big-peer-2.ditto.svc.cluster.local:4040"])
            #expect(patched.json?["queriesByCollection"] == ["vans": ["x = 1"]])
            let emptied = try await curl("PATCH", "\(self.path)/r1", #"{"connections":null}"#)
            #expect(emptied.json?["connections"] == [])
            #expect(emptied.json?["queriesByCollection"] == ["vans": ["x = 1"]])
            let put = try await curl("PUT", "\(self.path)/r1", #"{"connections":["a:1"]}"#)
            #expect(put.status == 200)
            #expect(put.json == ["name": "r1", "connections": ["a:1"], "queriesByCollection": [:]])
            #expect(try await curl("GET", "\(self.path)/r1").json == put.json)
            let renamed = try await curl("PUT", "\(self.path)/r1", #"{"name":"r2"}"#)
            #expect(renamed.status == 400)
            #expect(renamed.error == #"name cannot be changed: it is "r1""#)
        }
    }

    @Test("a PUT of what is there already answers 200 and writes nothing")
    func unchanged() async throws {
        try await self.withApps { peer, curl in
            _ = try await curl("POST", self.path, self.body)
            let writes = peer.snapshot.writes
            #expect(try await curl("PUT", "\(self.path)/r1", self.body).status == 200)
            #expect(try await curl("PATCH", "\(self.path)/r1", "{}").status == 200)
            #expect(peer.snapshot.writes == writes)
        }
    }

    @Test("a replication of another app is 400 AppNameMismatch", arguments: ["GET", "PUT", "PATCH", "DELETE"])
    func otherApp(method: String) async throws {
        try await self.withApps { _, curl in
            _ = try await curl("POST", self.path, self.body)
            let reply = try await curl(method, "app/vans/bigPeerReplication/r1", method == "GET" ? nil : "{}")
            #expect(reply.status == 400)
            #expect(reply.error == "app in big peer replication label doesn't match uri parameter")
            #expect(try await curl("GET", "\(self.path)/r1").status == 200)
        }
    }

    @Test("a replication that is not there is 404", arguments: ["GET", "PUT", "PATCH", "DELETE"])
    func missing(method: String) async throws {
        try await self.withApps { _, curl in
            let reply = try await curl(method, "\(self.path)/r1", method == "GET" ? nil : "{}")
            #expect(reply.status == 404)
            #expect(reply.error == "big peer replication not found")
        }
    }

    @Test("names are unique over all apps, and an app must be there")
    func conflicts() async throws {
        try await self.withApps { _, curl in
            _ = try await curl("POST", self.path, self.body)
            for app in ["cars", "vans"] {
                let again = try await curl("POST", "app/\(app)/bigPeerReplication", self.body)
                #expect(again.status == 409)
                #expect(again.error == #"big peer replication "r1" already exists under app "cars""#)
            }
            let orphan = try await curl("POST", "app/bikes/bigPeerReplication", self.body)
            #expect(orphan.status == 404)
            #expect(orphan.error == "app not found")
        }
    }

    @Test(
        "what is not a replication is refused with its place",
        arguments: [
            ("nope", 400, "the body is not JSON: expected null at byte 0"),
            (
                #"{"name":"a","connections":["b:1","b:1"]}"#, 400,
                #"connections: "b:1" appears twice, expected a set"#
            ),
            (#"{"name":"a","connections":"b:1"}"#, 422, "connections is a string; expected a list of strings"),
            (#"{"name":"a","connections":["b:1",7]}"#, 422, "connections[1] is an integer; expected a string"),
            (#"{"name":"a","connections":[""]}"#, 422, "connections[0] is empty"),
            (#"{"name":"a","queriesByCollection":[]}"#, 422, "queriesByCollection is a list; expected an object"),
            (
                #"{"name":"a","queriesByCollection":{"cars":"true"}}"#, 422,
                "queriesByCollection.cars is a string; expected a list of strings"
            ),
            (
                #"{"name":"a","queriesByCollection":{"cars":[true]}}"#, 422,
                "queriesByCollection.cars[0] is a boolean; expected a string"
            ),
            (#"{"name":"a b"}"#, 422, #"name "a b" has ' ' as character 2; only a-z, 0-9 and '-' are allowed"#),
        ]
    )
    func invalid(body: String, status: Int, message: String) async throws {
        try await self.withApps { _, curl in
            let reply = try await curl("POST", self.path, body)
            #expect(reply.status == status)
            #expect(reply.error == message)
        }
    }

    @Test("of 200 creations of one name at once exactly one succeeds")
    func race() async throws {
        try await self.withApps { peer, curl in
            let before = peer.snapshot.writes
            let requests = Array(repeating: (path: self.path, body: #"{"name":"one"}"#), count: 200)
            let statuses = try await curl.parallel("POST", requests)
            #expect(statuses.count == 200)
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.count { $0 == 409 } == 199)
            #expect(peer.snapshot.writes == before + 1)
        }
    }
}
