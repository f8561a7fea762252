import JSON
import KubernetesModel
import Testing

@testable import Resources

@Suite("Typed resources")
struct ResourceTests {
    @Test("an endpoint takes its defaults from the resource's names")
    func endpoint() throws {
        let peer = BigPeer(
            Object([
                "metadata": ["name": "berlin", "namespace": "fleet"],
                "spec": ["endpoint": ["url": "https://a.example/x/"]],
            ])
        )
        let endpoint = try #require(peer.spec.endpoint)
        #expect(endpoint.url == "https://a.example/x")
        #expect(endpoint.namespace == "fleet")
        #expect(endpoint.bigPeerName == "berlin")
        #expect(endpoint.timeout == .seconds(10))
        #expect(endpoint.token == nil)
        #expect(peer.spec.rateLimit == RateLimit(requestsPerSecond: 50, burst: 100, concurrency: 16))
        #expect(peer.spec.replicationAddress == .standard)
    }

    @Test("zero requests a second is no cap, and an embedded peer has none")
    func rateLimit() {
        let peer = BigPeer(Object(["spec": ["endpoint": ["rateLimit": ["requestsPerSecond": 0, "burst": -4]]]]))
        #expect(peer.spec.rateLimit == RateLimit(requestsPerSecond: nil, burst: 1, concurrency: 16))
        let embedded = BigPeer(Object(["spec": ["embedded": [:]]]))
        #expect(embedded.spec.rateLimit == RateLimit(requestsPerSecond: nil, burst: 100, concurrency: 64))
    }

    @Test("an embedded peer listens on free ports of the loopback unless told otherwise")
    func embedded() throws {
        let embedded = try #require(BigPeer(Object(["spec": ["embedded": [:]]])).spec.embedded)
        #expect(embedded.host == "default")
        #expect(embedded.listen.api == .anyOnLoopback)
        #expect(embedded.listen.data == .anyOnLoopback)
        #expect(embedded.listen.dcp == nil)
        #expect(embedded.dcp.vbuckets == 64)
        #expect(embedded.storage.tombstoneRetention == .seconds(604_800))
        let told = BigPeer(Object(["spec": ["embedded": ["listen": ["api": "0.0.0.0:80", "data": ""]]]])).spec.embedded
        #expect(told?.listen.api.description == "0.0.0.0:80")
        #expect(told?.listen.data == nil)
    }

    @Test("an app keeps its data unless somebody says otherwise")
    func app() {
        let app = BigPeerApp(Object(["metadata": ["name": "cars"], "spec": ["bigPeerRef": ["name": "berlin"]]]))
        #expect(app.spec.appName == "cars")
        #expect(app.spec.appID == nil)
        #expect(app.spec.policy.deletion == .orphan)
        #expect(app.spec.policy.driftInterval == .seconds(300))
        #expect(app.bigPeerKey == ObjectKey(namespace: "", name: "berlin"))
    }

    @Test("absent, null and empty are the same in a replication")
    func absentNullEmpty() {
        let specs: [JSONValue] = [
            ["app": "cars"],
            ["app": "cars", "connections": .null, "connectTo": .null, "queriesByCollection": .null, "probe": .null],
            ["app": "cars", "connections": [], "connectTo": [], "queriesByCollection": [:]],
            ["app": "cars", "queriesByCollection": ["cars": [], "drivers": .null]],
        ]
        let parsed = specs.map { BigPeerReplication(Object(["spec": $0])).spec }
        #expect(Set(parsed).count == 1)
        #expect(parsed[0].policy.deletion == .delete)
    }

    @Test("a replication reads all its fields")
    func replication() throws {
        let spec: JSONValue = [
            "bigPeerRef": ["name": "berlin", "namespace": "other"], "app": "cars",
            "connections": ["10.0.0.7:4040", "10.0.0.7:4040", "nonsense"],
            "connectTo": [["bigPeerRef": ["name": "paris"], "replication": "cars-paris"]],
            "queriesByCollection": ["cars": ["a = 1", "b = 2"]], "onFilterLeave": "Evict", "suspend": true,
            "deletionPolicy": "Orphan", "adoptionPolicy": "Fail", "managementPolicy": "Observe", "driftInterval": "1s",
            "probe": ["interval": "1m"],
        ]
        let replication = BigPeerReplication(Object(["metadata": ["name": "r", "namespace": "fleet"], "spec": spec]))
        #expect(replication.bigPeerKey == ObjectKey(namespace: "other", name: "berlin"))
        #expect(replication.spec.connections.map(\.description) == ["10.0.0.7:4040"])
        let target = try #require(replication.spec.connectTo.first)
        #expect(target.replicationKey(from: "fleet") == ObjectKey(namespace: "fleet", name: "cars-paris"))
        #expect(replication.spec.queriesByCollection == ["cars": ["a = 1", "b = 2"]])
        #expect(replication.spec.onFilterLeave == .evict)
        #expect(replication.spec.policy.isSuspended)
        #expect(replication.spec.policy.deletion == .orphan)
        #expect(replication.spec.policy.adoption == .fail)
        #expect(replication.spec.policy.management == .observe)
        #expect(replication.spec.policy.driftInterval == .seconds(10))
        #expect(replication.spec.probe == .init(collection: "__probe", interval: .seconds(60)))
    }

    @Test("statuses survive the way through JSON")
    func statuses() {
        var peer = BigPeerStatus()
        peer.observedGeneration = 3
        peer.conditions = [Condition(.ready, .true, .reachable, generation: 3)]
        peer.endpoints.api = "http://127.0.0.1:1"
        peer.apps = [.init(name: "cars", appID: AppID("2164bef3-37c0-489c-9ac6-c94b034525d7"))]
        peer.peerKey = "k"
        peer.lastHandledReconcileAt = "now"
        #expect(BigPeerStatus(peer.json) == peer)

        let entry = RemoteEntry(
            url: "u",
            namespace: "n",
            bigPeer: "b",
            app: "a",
            name: "r",
            isCreatedByUs: true,
            creationDigest: "d",
            creationOpenUntil: "t",
            createdAt: "v"
        )
        var app = BigPeerAppStatus()
        app.remote = entry
        app.appID = AppID("2164bef3-37c0-489c-9ac6-c94b034525d7")
        app.lastSyncTime = "t"
        #expect(BigPeerAppStatus(app.json) == app)

        var replication = BigPeerReplicationStatus()
        replication.remote = entry
        replication.connections = ["a:1"]
        let collection = ReplicationSession.Collection(name: "cars", documents: 1, usn: 2, remoteUSN: 3, lagChanges: 1)
        replication.sessions = [.init(peer: "p", isDialled: true, state: .live, collections: [collection])]
        #expect(BigPeerReplicationStatus(replication.json) == replication)
        for (definition, status) in [
            (BigPeer.definition, peer.json), (BigPeerApp.definition, app.json),
            (BigPeerReplication.definition, replication.json),
        ] {
            let problems = definition.schema[["status"]]?.problems(in: status).filter { $0.path.description != "" }
            // Times in conditions are filled in by whoever writes the status.
            #expect(problems?.filter { !$0.path.description.hasSuffix("lastTransitionTime") } == [])
        }
    }

    @Test(
        "no shape of object traps",
        arguments: [.null, [], [:], ["spec": []], ["spec": ["endpoint": 1, "embedded": 2]]] as [JSONValue]
    )
    func anyShape(json: JSONValue) {
        #expect(BigPeer(Object(json)).spec.endpoint?.url == "")
        #expect(BigPeerApp(Object(json)).spec.bigPeer.name == "")
        #expect(BigPeerReplication(Object(json)).spec.app == "")
        #expect(BigPeerReplicationStatus(json) == BigPeerReplicationStatus())
    }

    @Test("every reason is one CamelCase word with a sentence", arguments: Reason.allCases)
    func reasons(reason: Reason) throws {
        // Kubernetes, metav1.Condition: reason must match this.
        #expect(reason.rawValue.wholeMatch(of: try Regex("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")) != nil)
        #expect(reason.sentence.hasSuffix("."))
    }
}
