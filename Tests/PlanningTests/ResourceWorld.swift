import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources

/// Everything that a resource can look up, and makers of what is in it.
struct ResourceWorld {
    var bigPeers: [BigPeer] = [Self.external("berlin"), Self.external("paris")]
    var apps: [BigPeerApp] = []
    var replications: [BigPeerReplication] = []
    var accessObstacles: [String: Obstacle] = [:]

    static func external(_ name: String, _ spec: JSONObject = [:]) -> BigPeer {
        var endpoint: JSONObject = [
            "url": .string("https://\(name).example"), "namespace": "ditto", "bigPeerName": .string(name),
        ]
        for member in spec.members { endpoint[member.key] = member.value }
        return BigPeer(Self.object(.bigPeer, name, spec: ["endpoint": .object(endpoint)]))
    }

    static func embedded(
        _ name: String,
        spec: JSONObject = ["embedded": [:]],
        api: String? = nil,
        replication: String? = nil
    ) -> BigPeer {
        var endpoints = JSONObject()
        endpoints["api"] = api.map(JSONValue.string)
        endpoints["replication"] = replication.map(JSONValue.string)
        return BigPeer(
            Self.object(.bigPeer, name, spec: spec, status: ["endpoints": .object(endpoints)])
        )
    }

    var surroundings: Surroundings {
        let (bigPeers, apps, replications) = (self.bigPeers, self.apps, self.replications)
        let accessObstacles = self.accessObstacles
        return Surroundings(
            now: SimulatedWorld.start,
            bigPeer: { key in bigPeers.first { $0.key == key } },
            bigPeerKeys: { bigPeers.map(\.key) },
            accessObstacle: { accessObstacles[$0.name] },
            replications: { name in replications.filter { $0.remoteName == name } },
            apps: { name in apps.filter { $0.remoteName == name } },
            replicationsOfApp: { bigPeer, app in
                replications.filter { $0.bigPeerKey == bigPeer && $0.spec.app == app }.map(\.key)
            },
            sight: { _ in .unmeasured }
        )
    }

    // MARK: - Makers

    static func object(
        _ kind: ResourceKind,
        _ name: String,
        namespace: String = "fleet",
        created: Int = 0,
        uid: String = "",
        spec: JSONObject = [:],
        status: JSONObject = [:]
    ) -> Object {
        var metadata = ObjectMeta(name: name, namespace: namespace)
        metadata.uid = uid.isEmpty ? "\(namespace)/\(name)" : uid
        metadata.generation = 1
        metadata.creationTimestamp = "2026-11-21T00:00:0\(created)Z"
        return Object(
            kind: kind,
            metadata: metadata,
            content: ["spec": .object(spec), "status": .object(status)]
        )
    }

    static func replication(
        _ name: String = "r",
        namespace: String = "fleet",
        on bigPeer: String = "berlin",
        created: Int = 0,
        uid: String = "",
        spec more: JSONObject = [:],
        status: JSONObject = [:]
    ) -> BigPeerReplication {
        var spec: JSONObject = [
            "bigPeerRef": ["name": .string(bigPeer), "namespace": "fleet"], "app": "cars",
        ]
        for member in more.members { spec[member.key] = member.value }
        return BigPeerReplication(
            self.object(
                .bigPeerReplication,
                name,
                namespace: namespace,
                created: created,
                uid: uid,
                spec: spec,
                status: status
            )
        )
    }

    static func app(
        _ name: String = "cars",
        on bigPeer: String = "berlin",
        spec more: JSONObject = [:],
        status: JSONObject = [:]
    ) -> BigPeerApp {
        var spec: JSONObject = ["bigPeerRef": ["name": .string(bigPeer)], "appName": "cars"]
        for member in more.members { spec[member.key] = member.value }
        return BigPeerApp(self.object(.bigPeerApp, name, spec: spec, status: status))
    }
}
