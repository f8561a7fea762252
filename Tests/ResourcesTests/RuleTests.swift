import JSON
import KubernetesModel
import Testing

@testable import Resources

@Suite("Rules of the kinds")
struct RuleTests {
    private func object(_ kind: ResourceKind, _ spec: JSONValue) -> JSONValue {
        ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": ["name": "a"], "spec": spec]
    }

    private func problems(_ kind: ResourceKind, _ new: JSONValue, from old: JSONValue? = nil) throws -> [String] {
        let definition = try #require(PeerageAPI.definition(of: kind))
        return definition.problems(in: self.object(kind, new), old: old.map { self.object(kind, $0) })
            .map { "\($0.severity.rawValue) \($0.path)" }
    }

    @Test("the identity of a Big Peer cannot change")
    func bigPeer() throws {
        let endpoint: JSONValue = ["endpoint": ["url": "https://a", "namespace": "n"]]
        #expect(
            try self.problems(.bigPeer, ["endpoint": ["url": "https://b", "namespace": "n"]], from: endpoint) == []
        )
        #expect(
            try self.problems(.bigPeer, ["endpoint": ["url": "https://a"]], from: endpoint)
                == ["error spec.endpoint.namespace"]
        )
        #expect(
            try self.problems(
                .bigPeer,
                ["endpoint": ["url": "https://a", "namespace": "n", "bigPeerName": "b"]],
                from: endpoint
            )
                == ["error spec.endpoint.bigPeerName"]
        )
        #expect(try self.problems(.bigPeer, ["embedded": [:]], from: endpoint) == ["error spec.embedded"])
        #expect(try self.problems(.bigPeer, ["embedded": [:], "endpoint": .null]) == [])
    }

    @Test("the identity of an app cannot change, and its id may be added once")
    func app() throws {
        let old: JSONValue = ["bigPeerRef": ["name": "b"], "appName": "n"]
        let id: JSONValue = "2164bef3-37c0-489c-9ac6-c94b034525d7"
        var new = old
        new["appId"] = id
        #expect(try self.problems(.bigPeerApp, new, from: old) == [])
        #expect(try self.problems(.bigPeerApp, old, from: new) == ["error spec.appId"])
        #expect(
            try self.problems(.bigPeerApp, ["bigPeerRef": ["name": "c"]], from: old)
                == ["error spec.bigPeerRef", "error spec.appName"]
        )
    }

    @Test("the identity of a replication cannot change, all else can")
    func replication() throws {
        let old: JSONValue = ["bigPeerRef": ["name": "b"], "app": "a", "connections": ["x:1"]]
        #expect(try self.problems(.bigPeerReplication, ["bigPeerRef": ["name": "b"], "app": "a"], from: old) == [])
        #expect(
            try self.problems(.bigPeerReplication, ["bigPeerRef": ["name": "c"], "app": "d"], from: old)
                == ["error spec.bigPeerRef", "error spec.app"]
        )
    }

    @Test("a query that is no DQL is refused when it is new, and only warned of when it was there")
    func queries() throws {
        func spec(_ query: JSONValue, _ other: JSONValue = "a") -> JSONValue {
            ["bigPeerRef": ["name": "b"], "app": other, "queriesByCollection": ["cars": [query]]]
        }
        let path = "spec.queriesByCollection.cars[0]"
        #expect(try self.problems(.bigPeerReplication, spec("color =")) == ["error \(path)"])
        #expect(try self.problems(.bigPeerReplication, spec("color ="), from: spec("color =")) == ["warning \(path)"])
        #expect(try self.problems(.bigPeerReplication, spec("color ="), from: spec("true")) == ["error \(path)"])
        #expect(try self.problems(.bigPeerReplication, spec("color = 'blue'")) == [])
        #expect(try self.problems(.bigPeerReplication, spec(7)).contains("error \(path)"))
    }

    @Test(
        "plain HTTP is only for this machine",
        arguments: [("http://localhost:8080", 0), ("http://a.example", 1), ("https://a.example", 0)]
    )
    func plainHTTP(url: String, warnings: Int) throws {
        #expect(try self.problems(.bigPeer, ["endpoint": ["url": .string(url)]]).count == warnings)
    }

    @Test("an open listener asks for credentials")
    func openListeners() throws {
        let listen: JSONValue = ["api": "0.0.0.0:8080"]
        #expect(try self.problems(.bigPeer, ["embedded": ["listen": listen]]) == ["error spec.embedded.listen.api"])
        let auth: JSONValue = ["tokenSecretRef": ["name": "s"]]
        #expect(try self.problems(.bigPeer, ["embedded": ["listen": listen, "auth": auth]]) == [])
    }

    @Test("replication that is open to other machines needs a certificate and passwords")
    func openReplication() throws {
        let tls: JSONValue = ["certificateSecretRef": ["name": "t"]]
        let credentials: JSONValue = [["app": "cars", "passwordSecretRef": ["name": "p"]]]
        func problems(_ replication: JSONValue) throws -> [String] {
            let listen: JSONValue = ["replication": "0.0.0.0:4040"]
            return try self.problems(.bigPeer, ["embedded": ["listen": listen, "replication": replication]])
                .filter { $0.hasPrefix("error") }
        }
        let open = ["error spec.embedded.listen.replication"]
        #expect(try problems([:]) == open)
        #expect(try problems(["tls": tls]) == open)
        #expect(try problems(["credentials": credentials]) == open)
        #expect(try problems(["tls": tls, "credentials": credentials]) == [])
    }

    @Test("the passwords of apps and the certificate are read as they are written")
    func replicationProofs() throws {
        let replication = EmbeddedBigPeer(
            [
                "replication": [
                    "tls": ["certificateSecretRef": ["name": "t"], "caSecretRef": ["name": "a"]],
                    "credentials": [["app": "cars", "passwordSecretRef": ["name": "p", "key": "k"]]],
                ]
            ]
        ).replication
        #expect(replication.certificateSecretName == "t")
        #expect(replication.authority?.key == "ca.crt")
        #expect(replication.passwords["cars"]?.key == "k")
    }

    @Test("fields that nothing acts on yet exist and are warned about")
    func unusedFields() throws {
        for (kind, paths) in UnusedFields.paths {
            let schema = try #require(PeerageAPI.definition(of: kind)?.schema)
            for path in paths { #expect(schema[path] != nil, "\(path)") }
        }
        #expect(
            try self.problems(.bigPeer, ["embedded": ["listen": ["dcp": "127.0.0.1:0", "bus": ""], "sources": []]])
                == ["warning spec.embedded.listen.dcp"]
        )
    }

    @Test("the standard Service name leaves 44 characters for both names")
    func serviceName() {
        func problem(_ bigPeer: Int, _ replication: Int) -> FieldProblem? {
            ReplicationRules.serviceNameProblem(
                bigPeer: String(repeating: "b", count: bigPeer),
                replication: String(repeating: "r", count: replication),
                severity: .error
            )
        }
        #expect(problem(4, 40) == nil)
        #expect(problem(5, 40)?.expected == "at most 39 characters here")
        #expect(problem(63, 1)?.expected == "at most 0 characters here")
    }
}
