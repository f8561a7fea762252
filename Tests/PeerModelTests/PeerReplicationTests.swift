import JSON
import PeerModel
import Testing

@Suite("PeerReplication")
struct PeerReplicationTests {
    @Test(
        "null, absent and empty are the same replication",
        arguments: [
            #"{"name":"a"}"#, #"{"name":"a","connections":null,"queriesByCollection":null}"#,
            #"{"name":"a","connections":[],"queriesByCollection":{}}"#,
            #"{"name":"a","queriesByCollection":{"cars":[]}}"#,
        ]
    )
    func empty(text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(PeerReplication(json) == PeerReplication(name: "a", connections: [], queriesByCollection: [:]))
    }

    @Test("connections and queries compare as sets")
    func sets() {
        let one = PeerReplication(
            name: "a",
            connections: ["b:1", "a:1"],
            queriesByCollection: ["c": ["y", "x", "y"]]
        )
        let other = PeerReplication(
            name: "a",
            connections: ["a:1", "b:1", "a:1"],
            queriesByCollection: ["c": ["x", "y"]]
        )
        #expect(one == other)
        #expect(one.json == other.json)
    }

    @Test("the body always carries both fields")
    func body() {
        let empty = PeerReplication(name: "a", connections: [], queriesByCollection: [:])
        #expect(empty.json.text == #"{"connections":[],"name":"a","queriesByCollection":{}}"#)
        #expect(empty.updateJSON.text == #"{"connections":[],"queriesByCollection":{}}"#)
    }

    @Test(
        "a field of another type is no replication",
        arguments: [
            "null", "[]", "{}", #"{"name":1}"#, #"{"name":"a","connections":"b:1"}"#,
            #"{"name":"a","connections":[1]}"#,
            #"{"name":"a","queriesByCollection":[]}"#, #"{"name":"a","queriesByCollection":{"c":"true"}}"#,
            #"{"name":"a","queriesByCollection":{"c":[true]}}"#,
        ]
    )
    func wrongTypes(text: String) throws {
        #expect(PeerReplication(try JSONValue(parsing: text)) == nil)
    }

    @Test("differences name what goes and what comes")
    func differences() {
        let observed = PeerObject.replication(
            PeerReplication(name: "a", connections: ["old:1"], queriesByCollection: ["c": ["true"], "d": ["x"]])
        )
        let desired = PeerObject.replication(
            PeerReplication(name: "a", connections: ["new:1"], queriesByCollection: ["c": ["true"]])
        )
        #expect(
            desired.differences(from: observed) == [
                "- connections: old:1", "+ connections: new:1", "- queriesByCollection.d: x",
            ]
        )
        #expect(desired.differences(from: desired).isEmpty)
    }

    @Test("an app without an id takes whichever the peer has, and ids compare in any case")
    func apps() {
        let observed = PeerObject.app(PeerApp(name: "a", appID: "2164BEF3-37C0-489C-9AC6-C94B034525D7"))
        #expect(PeerObject.app(PeerApp(name: "a", appID: nil)).isSatisfied(by: observed))
        let same = PeerObject.app(PeerApp(name: "a", appID: "2164bef3-37c0-489c-9ac6-c94b034525d7"))
        #expect(same.isSatisfied(by: observed))
        #expect(
            !PeerObject.app(PeerApp(name: "a", appID: "00000000-37c0-489c-9ac6-c94b034525d7"))
                .isSatisfied(by: observed)
        )
    }

    @Test("what a path is made of is percent-encoded")
    func path() {
        let id = RemoteID(
            peer: PeerIdentity(namespace: "a/b", name: "ü"),
            object: .replication(app: "..", name: "x?y")
        )
        #expect(
            PeerRequest.read(id).path
                == "/namespace/a%2Fb/bigPeer/%C3%BC/app/../bigPeerReplication/x%3Fy"
        )
        #expect(PeerRequest.create(id, .app(PeerApp(name: "a", appID: nil))).path.hasSuffix("/bigPeerReplication"))
    }
}
