import EmbeddedPeer
import JSON
import PeerModel
import Testing

/// The app operations of the Operator Management API 1.0.0 (`spec/big-peer-api.md` §1.2, 1–6), driven with curl.
@Suite("App operations")
struct AppOperationsTests {
    private let id = "2164bef3-37c0-489c-9ac6-c94b034525d7"

    @Test("create answers 200 with the app, get and list show it")
    func create() async throws {
        try await withPeer { _, curl in
            let created = try await curl("POST", "app", #"{"name":"cars","appId":"\#(self.id)"}"#)
            #expect(created.status == 200)
            #expect(created.headers["content-type"] == "application/json")
            #expect(created.json == ["name": "cars", "appId": .string(self.id)])
            let read = try await curl("GET", "app/cars")
            #expect(read.status == 200)
            #expect(read.body == created.body)
            let list = try await curl("GET", "app")
            #expect(list.status == 200)
            #expect(
                list.json == [
                    "meta": ["page": 1, "size": 1, "totalPages": 1],
                    "data": [["name": "cars", "appId": .string(self.id)]],
                ]
            )
        }
    }

    @Test("an app without an id is given a version 4 UUID, and an id in capitals is lower-cased")
    func identifiers() async throws {
        try await withPeer { _, curl in
            let made = try #require(try await curl("POST", "app", #"{"name":"a"}"#).json?["appId"]?.string)
            #expect(made.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
            let given = try await curl("POST", "app", #"{"name":"b","appId":"\#(self.id.uppercased())"}"#)
            #expect(given.json?["appId"]?.string == self.id)
        }
    }

    @Test("the list is empty at first and sorted by name later")
    func list() async throws {
        try await withPeer { peer, curl in
            let empty = try await curl("GET", "app")
            #expect(empty.json == ["meta": ["page": 1, "size": 0, "totalPages": 1], "data": []])
            for name in ["b", "c", "a"] { _ = try await curl("POST", "app", #"{"name":"\#(name)"}"#) }
            let list = try await curl("GET", "app")
            #expect(list.json?["data"]?.array?.compactMap { $0["name"]?.string } == ["a", "b", "c"])
            #expect(peer.apps.map(\.name) == ["a", "b", "c"])
            _ = try await curl("DELETE", "app/b")
            let rest = try await curl("GET", "app")
            #expect(rest.json?["data"]?.array?.compactMap { $0["name"]?.string } == ["a", "c"])
        }
    }

    @Test("an id that another app has is 400, a name that is taken 409")
    func duplicates() async throws {
        try await withPeer { _, curl in
            _ = try await curl("POST", "app", #"{"name":"cars","appId":"\#(self.id)"}"#)
            let sameID = try await curl("POST", "app", #"{"name":"vans","appId":"\#(self.id)"}"#)
            #expect(sameID.status == 400)
            #expect(sameID.error == #"app id is not unique: app "cars" has it"#)
            let sameName = try await curl("POST", "app", #"{"name":"cars"}"#)
            #expect(sameName.status == 409)
            #expect(sameName.error == #"app "cars" already exists"#)
        }
    }

    @Test("PUT and PATCH set the authentication providers and nothing else", arguments: ["PUT", "PATCH"])
    func update(method: String) async throws {
        try await withPeer { peer, curl in
            _ = try await curl("POST", "app", #"{"name":"cars","appId":"\#(self.id)"}"#)
            let providers = #"{"hook":{"type":"webhookUrl","webhookUrl":"https://a.example/"}}"#
            let updated = try await curl(method, "app/cars", #"{"authProviders":\#(providers)}"#)
            #expect(updated.status == 200)
            let expected: JSONValue = [
                "name": "cars", "appId": .string(self.id), "authProviders": try JSONValue(parsing: providers),
            ]
            #expect(updated.json == expected)
            #expect(try await curl("GET", "app/cars").json == expected)
            let other = #"{"authProviders":{},"appId":"00000000-0000-4000-8000-000000000000"}"#
            let moved = try await curl(method, "app/cars", other)
            #expect(moved.status == 400)
            #expect(moved.error == "appId cannot be changed: it is \"\(self.id)\"")
            #expect(try await curl(method, "app/cars", "{}").status == 422)
            #expect(try await curl(method, "app/vans", #"{"authProviders":{}}"#).status == 404)
            #expect(peer.snapshot.writes == 2)
        }
    }

    @Test("delete answers null and takes the app's replications along")
    func delete() async throws {
        try await withPeer { _, curl in
            for app in ["cars", "vans"] {
                _ = try await curl("POST", "app", #"{"name":"\#(app)"}"#)
                _ = try await curl("POST", "app/\(app)/bigPeerReplication", #"{"name":"\#(app)-1"}"#)
            }
            let deleted = try await curl("DELETE", "app/cars")
            #expect(deleted.status == 200)
            #expect(deleted.body == "null")
            #expect(try await curl("GET", "app/cars").error == "app not found")
            let gone = try await curl("GET", "app/cars/bigPeerReplication/cars-1")
            #expect(gone.status == 404)
            #expect(gone.error == "big peer replication not found")
            #expect(try await curl("GET", "app/vans/bigPeerReplication/vans-1").status == 200)
            #expect(try await curl("DELETE", "app/cars").status == 404)
        }
    }

    @Test(
        "what is not an app is refused with its place",
        arguments: [
            ("", 400, "the body is not JSON: JSON ends inside a value at byte 0"),
            (#"{"name":"a""#, 400, "the body is not JSON: JSON ends inside a value at byte 11"),
            ("[]", 422, "the body is a list; expected an object"),
            ("{}", 422, "name is missing; expected a DNS label"),
            (#"{"name":7}"#, 422, "name is an integer; expected a string"),
            (
                #"{"name":"Cars"}"#, 422,
                #"name "Cars" has 'C' as character 1; only a-z, 0-9 and '-' are allowed"#
            ),
            (#"{"name":"-a"}"#, 422, #"name "-a" starts with '-'; the first character is one of a-z and 0-9"#),
            (#"{"name":"a","appId":"7"}"#, 422, #"appId "7" is not a UUID"#),
            (#"{"name":"a","authProviders":[]}"#, 422, "authProviders is a list; expected an object"),
            (#"{"name":"a","authProviders":{"p":1}}"#, 422, "authProviders.p is an integer; expected an object"),
        ]
    )
    func invalid(body: String, status: Int, message: String) async throws {
        try await withPeer { peer, curl in
            let reply = try await curl("POST", "app", body)
            #expect(reply.status == status)
            #expect(reply.error == message)
            #expect(peer.snapshot.writes == 0)
        }
    }
}
