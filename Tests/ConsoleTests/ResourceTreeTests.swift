import JSON
import KubernetesModel
import Resources
import Testing

@testable import Console

@Suite("ResourceTree")
struct ResourceTreeTests {
    private static func app(_ name: String, on peer: String) -> Object {
        var object = Samples.object(
            .bigPeerApp,
            "\(peer)-\(name)",
            spec: ["bigPeerRef": ["name": .string(peer)], "appName": .string(name)],
            conditions: [Samples.condition(.ready, .true, .synced)]
        )
        object.metadata.uid = "uid-\(peer)-\(name)"
        return object
    }

    private static func tree(
        peers: [Object] = [Samples.readyPeer("berlin")],
        apps: [Object] = [Self.app("cars", on: "berlin")],
        replications: [Object]
    ) -> ResourceTree {
        ResourceTree(of: [(.bigPeer, peers), (.bigPeerApp, apps), (.bigPeerReplication, replications)])
    }

    @Test("a Big Peer holds its apps, an app its replications, each with its conditions")
    func levels() {
        let ready = [
            Samples.condition(.ready, .true, .synced), Samples.condition(.replicating, .unknown, .notMeasured),
        ]
        let tree = Self.tree(replications: [Samples.replication("cars-berlin", on: "berlin", ready)])
        #expect(
            tree.roots.flatMap { $0.lines() } == [
                "✓ bigpeer/berlin Ready=True Reachable=True", "└─ ✓ bigpeerapp/berlin-cars Ready=True",
                "   └─ ✓ bigpeerreplication/cars-berlin Ready=True Replicating=Unknown",
            ]
        )
    }

    @Test("a replication whose app nobody declares stands under its Big Peer, and one without that is a root")
    func places() {
        let here = Samples.replication("here", on: "berlin", [])
        let lost = Samples.replication("lost", on: "rome", [])
        let tree = Self.tree(apps: [], replications: [here, lost])
        #expect(tree.roots.map(\.object.metadata.name) == ["berlin", "lost"])
        #expect(tree.roots[0].children.map(\.object.metadata.name) == ["here"])
    }

    @Test("what an object owns stands under it too, named once in full")
    func owned() {
        var owner = Samples.readyPeer("berlin")
        owner.metadata.uid = "uid-berlin"
        var replication = Samples.replication("cars-berlin", on: "berlin", [])
        replication.metadata.ownerReferences = [["kind": "BigPeer", "name": "berlin", "uid": "uid-berlin"]]
        let tree = Self.tree(peers: [owner], replications: [replication])
        #expect(tree.roots[0].children.map(\.isRepeated) == [false, true])
        #expect(tree.roots[0].json["children"]?.array?.last?["repeated"] == true)
    }

    @Test("what is wrong is said on the object's line")
    func trouble() {
        let tree = Self.tree(peers: [Samples.unreachablePeer("berlin")], apps: [], replications: [])
        #expect(tree.roots[0].lines()[0].hasSuffix("Unreachable: connection refused"))
    }

    @Test("one object is shown with what stands under it")
    func part() {
        let tree = Self.tree(replications: [Samples.replication("cars-berlin", on: "berlin", [])])
        let nodes = tree.nodes { $0.kind == .bigPeerApp }
        #expect(nodes.map(\.object.metadata.name) == ["berlin-cars"])
        #expect(nodes[0].children.count == 1)
    }
}
