import JSON
import KubernetesModel
import Resources
import Testing

@testable import Console

@Suite("ReplicationGraph")
struct GraphTests {
    private static func topology(_ shape: String, _ names: [String], hub: String? = nil, status: JSONValue? = nil)
        -> Object
    {
        var spec: JSONValue = [
            "app": "cars", "shape": .string(shape), "queriesByCollection": ["cars": ["true"]],
            "members": .array(names.map { ["bigPeerRef": ["name": .string($0)]] }),
        ]
        spec["hub"] = hub.map(JSONValue.string)
        var object = Samples.object(.replicationTopology, "europe", spec: spec)
        object.status = status
        return object
    }

    private static let peers = ["berlin", "paris", "rome"].map(Samples.readyPeer)

    @Test("files are drawn as they ask, without a word on how far it is")
    func offline() {
        let graph = ReplicationGraph(
            topologies: [Self.topology("Mesh", ["berlin", "paris", "rome"])],
            replications: [],
            bigPeers: Self.peers,
            isLive: false
        )
        #expect(
            graph.lines() == [
                "fleet/europe  Mesh of 3 members, app cars", "", "  berlin  embedded", "  ├─ dials paris  ◀▶ cars",
                "  └─ dials rome   ◀▶ cars", "  paris  embedded", "  └─ dials rome  ◀▶ cars", "  rome  embedded",
            ]
        )
    }

    @Test("a live topology says which pairs are ready, and why others are not")
    func live() {
        let status: JSONValue = [
            "observedGeneration": 1, "pairCount": 2, "readyPairCount": 1,
            "pairs": [
                ["from": "berlin", "to": "paris", "ready": true, "reason": "Synced"],
                ["from": "rome", "to": "paris", "ready": false, "reason": "Unreachable", "message": "refused"],
            ],
        ]
        let graph = ReplicationGraph(
            topologies: [Self.topology("Star", ["berlin", "paris", "rome"], hub: "paris", status: status)],
            replications: [],
            bigPeers: Self.peers,
            isLive: true
        )
        #expect(
            graph.lines() == [
                "fleet/europe  Star of 3 members, app cars, 1 of 2 pairs ready", "", "  ✓ berlin  embedded",
                "  └─ dials paris  ✓  ◀▶ cars", "  ✓ paris  embedded", "  ✓ rome  embedded",
                "  └─ dials paris  ✗  ◀▶ cars", "           Unreachable: refused",
            ]
        )
    }

    @Test("replications that no topology made are drawn by themselves, and those that one made are not")
    func others() {
        var own = Samples.replication("europe-berlin-paris", on: "berlin", [])
        own.spec?["connectTo"] = [["bigPeerRef": ["name": "paris"], "replication": "europe-paris-berlin"]]
        var free = own
        free.metadata.name = "cars-berlin"
        free.spec?["connections"] = ["10.0.0.7:4040"]
        own.metadata.ownerReferences = [
            [
                "apiVersion": .string(ResourceKind.replicationTopology.apiVersion), "kind": "ReplicationTopology",
                "name": "europe", "uid": "u", "controller": true,
            ]
        ]
        let graph = ReplicationGraph(topologies: [], replications: [own, free], bigPeers: Self.peers, isLive: false)
        #expect(
            graph.lines() == [
                "replications  2 links that no topology makes", "", "  10.0.0.7:4040  address",
                "  fleet/berlin  embedded",
                "  ├─ dials fleet/paris    · nothing", "  └─ dials 10.0.0.7:4040  · nothing", "  fleet/paris  embedded",
            ]
        )
    }

    @Test("DOT and SVG keep names and messages from being read as anything else")
    func escaping() {
        let status: JSONValue = [
            "observedGeneration": 1,
            "pairs": [
                ["from": "a", "to": "b", "ready": false, "reason": "Unreachable", "message": "<b> \"x\" & \\ \n y"]
            ],
        ]
        let graph = ReplicationGraph(
            topologies: [Self.topology("Chain", ["a", "b"], status: status)],
            replications: [],
            bigPeers: [],
            isLive: true
        )
        #expect(graph.svg.contains("&lt;b&gt; &quot;x&quot; &amp; \\"))
        #expect(!graph.svg.contains("<b>"))
        #expect(graph.dot.contains("<b> \\\"x\\\" & \\\\"))
    }

    @Test("a picture has a box for each member and an arrow for each pair, and none lies on another", arguments: 2...24)
    func picture(count: Int) {
        let names = (0..<count).map { "bp\($0)" }
        for shape in ["Mesh", "Ring", "Chain", "Star"] {
            let graph = ReplicationGraph(
                topologies: [Self.topology(shape, names, hub: shape == "Star" ? "bp0" : nil)],
                replications: [],
                bigPeers: [],
                isLive: false
            )
            let panel = graph.panels[0]
            let layout = GraphLayout(of: panel)
            #expect(layout.centres.count == count)
            let centres = Array(layout.centres.values)
            for (index, one) in centres.enumerated() {
                #expect(one.x >= layout.boxWidth / 2 && one.x <= layout.width - layout.boxWidth / 2)
                #expect(one.y >= layout.boxHeight / 2 && one.y <= layout.height - layout.boxHeight / 2)
                for other in centres[(index + 1)...] {
                    let isApart = abs(one.x - other.x) >= layout.boxWidth || abs(one.y - other.y) >= layout.boxHeight
                    #expect(isApart, "\(shape) of \(count)")
                }
            }
            #expect(graph.svg.split(separator: "<path class=\"link").count - 1 == panel.edges.count)
        }
    }
}
