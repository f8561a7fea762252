import JSON
import KubernetesModel
import PeerModel
import Resources
import Testing

@testable import Console

@Suite("ExportedPeer")
struct ExportedPeerTests {
    private static let appID = "2164bef3-37c0-489c-9ac6-c94b034525d7"
    private static let replication = PeerReplication(
        name: "cars-berlin",
        connections: ["b:4040", "a:4040"],
        queriesByCollection: ["cars": ["color = 'blue'"]]
    )

    private static var bigPeer: Object {
        var object = Object(kind: .bigPeer, metadata: ObjectMeta(name: "berlin", namespace: "fleet"))
        object.spec = ["endpoint": ["url": "https://operator.example/api"]]
        object.status = ["apps": []]
        return object
    }

    private static func export(
        _ replications: [PeerReplication] = [Self.replication],
        apps: [PeerApp] = [PeerApp(name: "cars", appID: Self.appID)],
        resources: [Object] = []
    ) -> ExportedPeer {
        ExportedPeer(
            Self.bigPeer,
            apps: apps,
            replications: replications.map { ExportedPeer.Replication(app: "cars", $0) },
            resources: resources
        )
    }

    @Test("the output is valid, and describes exactly what is there")
    func valid() throws {
        let text = Self.export().yaml(source: "ditto/bp1", version: "1")
        #expect(text.hasPrefix("# Exported by peerage 1 from ditto/bp1.\n"))
        let set = ManifestSet([ManifestFile(name: "x", bytes: Array(text.utf8))])
        #expect(set.diagnostics.filter { $0.severity == .error }.isEmpty)
        let object = try #require(set.resources.first { $0.kind == .bigPeerReplication }?.object)
        let spec = BigPeerReplication(object).spec
        let described = PeerReplication(
            name: object.metadata.name,
            connections: spec.connections.map(\.description),
            queriesByCollection: spec.queriesByCollection
        )
        #expect(described == Self.replication)
        #expect(object.spec?["adoptionPolicy"] == "AdoptIfEqual")
        #expect(set.resources.allSatisfy { $0.object.status == nil && $0.object.metadata.namespace == "fleet" })
    }

    @Test("a replication that receives nothing says so with an empty map")
    func nothingReceived() {
        let quiet = PeerReplication(name: "quiet", connections: [], queriesByCollection: [:])
        let object = Self.export([quiet]).objects.last
        #expect(object?.spec?["queriesByCollection"] == [:])
        #expect(object?.spec?["connections"] == nil)
    }

    @Test("apps of long names get names of their own that are still DNS labels")
    func longNames() {
        let names = ["a", "b"].map { String(repeating: "x", count: 62) + $0 }
        let apps = names.map { PeerApp(name: $0, appID: Self.appID) }
        let made = Self.export([], apps: apps).objects.filter { $0.kind == "BigPeerApp" }.map(\.metadata.name)
        #expect(Set(made).count == 2)
        #expect(made.allSatisfy { DNSLabel($0) != nil })
    }

    @Test("what a resource declares is kept as long as it is what is there")
    func declared() {
        var resource = Samples.replication("cars-berlin", on: "berlin", [])
        resource.spec?["connectTo"] = [["bigPeerRef": ["name": "paris"], "replication": "cars-paris"]]
        resource.spec?["queriesByCollection"] = ["cars": ["color = 'blue'"]]
        resource.status?["connections"] = ["a:4040", "b:4040"]
        #expect(Self.export(resources: [resource]).objects.last?.spec == resource.spec)
        resource.status?["connections"] = ["a:4040"]
        #expect(Self.export(resources: [resource]).objects.last?.spec?["connectTo"] == nil)
    }

    @Test("what is looked after under a name that an API server has let change is described under its own")
    func renamed() {
        let remote: JSONValue = [
            "bigPeerRef": ["namespace": "fleet", "name": "berlin"], "app": "cars", "createdByUs": true,
        ]
        var app = Object(kind: .bigPeerApp, metadata: ObjectMeta(name: "shop", namespace: "fleet"))
        app.spec = ["bigPeerRef": ["name": "berlin"], "appName": "trucks", "appId": .string(Self.appID)]
        app.status = ["remote": remote]
        var replication = Samples.replication("cars-berlin", on: "berlin", [])
        replication.spec?["app"] = "trucks"
        replication.spec?["queriesByCollection"] = ["cars": ["color = 'blue'"]]
        replication.status = ["remote": remote, "connections": ["a:4040", "b:4040"]]
        let objects = Self.export(resources: [app, replication]).objects
        #expect(objects[1].metadata.name == "shop")
        #expect(objects[1].spec?["appName"] == "cars")
        #expect(objects.last?.spec?["app"] == "cars")
    }
}
