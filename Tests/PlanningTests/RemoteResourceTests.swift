import Clocks
import JSON
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("What a resource's line knows of its surroundings")
struct RemoteResourceTests {
    // MARK: - Where

    @Test("the target is the object's name at its Big Peer, and the server that holds it")
    func target() throws {
        let target = try ResourceWorld.replication().subject(in: ResourceWorld().surroundings).target.get()
        let peer = PeerIdentity(namespace: "ditto", name: "berlin")
        #expect(target.id == RemoteID(peer: peer, object: .replication(app: "cars", name: "r")))
        #expect(
            target.location
                == BigPeer.Location(
                    peer: peer,
                    url: "https://berlin.example",
                    isEmbedded: false,
                    timeout: BigPeerEndpoint.defaultTimeout
                )
        )
        let app = try ResourceWorld.app().subject(in: ResourceWorld().surroundings).target.get()
        #expect(app.id == RemoteID(peer: peer, object: .app("cars")))
    }

    @Test("the time that a request may take is the endpoint's")
    func timeout() throws {
        var world = ResourceWorld()
        world.bigPeers = [ResourceWorld.external("berlin", ["timeout": "45s"])]
        #expect(
            try ResourceWorld.replication().subject(in: world.surroundings).target.get().location.timeout
                == .seconds(45)
        )
    }

    @Test("without its BigPeer, with a suspended one, or with an embedded one that never started there is no target")
    func noTarget() {
        var world = ResourceWorld()
        func reason() -> Reason? {
            guard case .failure(let obstacle) = ResourceWorld.replication().subject(in: world.surroundings).target
            else {
                return nil
            }
            #expect(obstacle.message.contains("fleet/berlin"))
            return obstacle.reason
        }
        #expect(reason() == nil)
        world.bigPeers = []
        #expect(reason() == .bigPeerNotFound)
        world.bigPeers = [
            BigPeer(
                ResourceWorld.object(
                    .bigPeer,
                    "berlin",
                    spec: ["endpoint": ["url": "https://berlin.example"], "suspend": true]
                )
            )
        ]
        #expect(reason() == .suspended)
        world.bigPeers = [ResourceWorld.embedded("berlin")]
        #expect(reason() == .bigPeerNotReady)
        world.bigPeers = [ResourceWorld.embedded("berlin", api: "http://127.0.0.1:1")]
        #expect(reason() == nil)
    }

    @Test(
        "a BigPeer that is not there is asked about when another is called alike, or the same elsewhere",
        arguments: [
            ("fleet", "berlni", "did you mean \"berlin\"?"), ("fleet", "rome", nil),
            ("other", "berlin", "did you mean the one of namespace \"fleet\"?"),
        ]
    )
    func misspelt(namespace: String, name: String, question: String?) {
        let reference: JSONValue = ["name": .string(name)]
        let replication = ResourceWorld.replication(namespace: namespace, spec: ["bigPeerRef": reference])
        guard case .failure(let obstacle) = replication.subject(in: ResourceWorld().surroundings).target else {
            Issue.record("it has a target")
            return
        }
        #expect(obstacle.reason == .bigPeerNotFound)
        #expect(obstacle.message.contains("did you mean") == (question != nil), "\(obstacle.message)")
        #expect(obstacle.message.hasSuffix("mend bigPeerRef") == (question == nil), "\(obstacle.message)")
        if let question { #expect(obstacle.message.contains(question), "\(obstacle.message)") }
    }

    @Test("the other side of connectTo that nobody declares is told beside Ready, for an external peer only")
    func undeclaredTarget() {
        let target: JSONValue = [["bigPeerRef": ["name": "paris"], "replication": "cars-paris"]]
        let replication = ResourceWorld.replication(spec: ["connectTo": target])
        var world = ResourceWorld()
        func ready() -> Condition? {
            let outcome = Outcome(.synced, record: nil, next: .driftCheck)
            return replication.status(telling: outcome, in: world.surroundings).conditions[.ready]
        }
        #expect(ready()?.status == .true)
        #expect(ready()?.message.contains("\"cars-paris\" on BigPeer \"fleet/paris\"") == true)
        // One of the name on another BigPeer is not meant.
        world.replications = [ResourceWorld.replication("cars-paris", on: "berlin")]
        #expect(replication.doubt(in: world.surroundings) != nil)
        world.replications = [ResourceWorld.replication("cars-paris", on: "paris")]
        #expect(ready()?.message == "the Big Peer holds what the spec says")
        world.replications = []
        world.bigPeers = [ResourceWorld.embedded("berlin"), ResourceWorld.embedded("paris")]
        #expect(replication.doubt(in: world.surroundings) == nil)
    }

    @Test("a BigPeer that cannot be spoken to is no target, and still one that others may claim")
    func access() {
        var world = ResourceWorld()
        world.accessObstacles["berlin"] = Obstacle(.secretNotFound, "there is no Secret")
        let younger = ResourceWorld.replication(namespace: "other", created: 1)
        world.replications = [ResourceWorld.replication(), younger]
        let subject = younger.subject(in: world.surroundings)
        #expect(subject.target == .failure(Obstacle(.secretNotFound, "there is no Secret")))
        #expect(subject.rival == .older(ResourceWorld.replication().key))
    }

    // MARK: - What

    @Test("a replication waits for its app while a resource is about to bring it")
    func awaitingApp() {
        func isWaiting(_ apps: BigPeerApp...) -> Bool {
            var world = ResourceWorld()
            world.apps = apps
            guard case .failure(let obstacle) = ResourceWorld.replication().subject(in: world.surroundings).desired
            else {
                return false
            }
            #expect(obstacle.reason == .awaitingApp)
            #expect(!obstacle.isStalled)
            return true
        }
        #expect(!isWaiting())
        #expect(isWaiting(ResourceWorld.app()))
        #expect(!isWaiting(ResourceWorld.app(status: ["lastSyncTime": "2026-11-21T00:00:00Z"])))
        #expect(!isWaiting(ResourceWorld.app(on: "paris")))
        #expect(!isWaiting(ResourceWorld.app("lorries", spec: ["appName": "lorries"])))
        #expect(!isWaiting(ResourceWorld.app(status: ["conditions": [["type": "Stalled", "status": "True"]]])))
        #expect(!isWaiting(ResourceWorld.app(spec: ["suspend": true])))
        var leaving = ResourceWorld.app()
        leaving.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        #expect(!isWaiting(leaving))
    }

    @Test(
        "a peer that listens on all addresses is dialled by its template, if it has one of its own",
        arguments: [
            ("0.0.0.0:7691", "{bigPeer}.example:7691", "paris.example:7691"),
            ("[::]:7691", "{bigPeer}.example:7691", "paris.example:7691"),
            ("0.0.0.0:7691", nil, "127.0.0.1:7691"), ("10.0.0.9:7691", "{bigPeer}.example:7691", "127.0.0.1:7691"),
        ] as [(String, String?, String)]
    )
    func wildcard(listen: String, template: String?, expected: String) throws {
        var spec: JSONObject = ["embedded": ["listen": ["replication": .string(listen)]]]
        spec["replicationAddress"] = template.map(JSONValue.string)
        let peer = ResourceWorld.embedded("paris", spec: spec, replication: "127.0.0.1:7691")
        #expect(try peer.replicationAddress(of: "r").get() == expected)
    }

    @Test("connectTo becomes addresses beside those of the spec, and waits for a BigPeer that is not there")
    func connections() throws {
        var world = ResourceWorld()
        world.bigPeers = [
            ResourceWorld.embedded("berlin", api: "http://127.0.0.1:1"),
            ResourceWorld.embedded("paris", api: "http://127.0.0.1:2", replication: "10.0.0.2:4040"),
        ]
        let replication = ResourceWorld.replication(
            spec: [
                "connections": ["10.0.0.1:4040"], "connectTo": [["bigPeerRef": ["name": "paris"], "replication": "r"]],
            ]
        )
        #expect(
            try replication.subject(in: world.surroundings).desired.get()
                == .replication(
                    PeerReplication(
                        name: "r",
                        connections: ["10.0.0.1:4040", "10.0.0.2:4040"],
                        queriesByCollection: [:]
                    )
                )
        )
        world.bigPeers.removeLast()
        guard case .failure(let obstacle) = replication.subject(in: world.surroundings).desired else {
            Issue.record("nothing is missing")
            return
        }
        #expect(obstacle.reason == .awaitingConnectTo)
        #expect(!obstacle.isStalled)
    }

    @Test(
        "an embedded peer and an external one do not replicate, whichever is on this side",
        arguments: [(true, false), (false, true), (true, true), (false, false)]
    )
    func incompatible(isEmbedded: Bool, isOtherEmbedded: Bool) {
        var world = ResourceWorld()
        world.bigPeers = [("berlin", isEmbedded), ("paris", isOtherEmbedded)].map { name, isEmbedded in
            isEmbedded
                ? ResourceWorld.embedded(name, api: "http://127.0.0.1:1", replication: "127.0.0.1:2")
                : ResourceWorld.external(name)
        }
        let replication = ResourceWorld.replication(spec: [
            "connectTo": [["bigPeerRef": ["name": "paris"], "replication": "r"]]
        ])
        guard case .failure(let obstacle) = replication.subject(in: world.surroundings).desired else {
            #expect(isEmbedded == isOtherEmbedded)
            return
        }
        #expect(isEmbedded != isOtherEmbedded)
        #expect(obstacle.reason == .incompatiblePeers)
        #expect(obstacle.isStalled)
        #expect(obstacle.message.contains("fleet/berlin") && obstacle.message.contains("fleet/paris"))
    }

    // MARK: - Who else

    @Test("the oldest of those that name one object wins, whatever their names and order")
    func oldest() {
        let family = [
            ResourceWorld.replication(namespace: "z", created: 0),
            ResourceWorld.replication(namespace: "m", created: 1),
            ResourceWorld.replication(namespace: "a", created: 2),
        ]
        for order in [family, family.reversed(), [family[1], family[0], family[2]]] {
            var world = ResourceWorld()
            world.replications = order
            let rivals = family.map { $0.subject(in: world.surroundings).rival }
            guard case .younger = rivals[0] else {
                Issue.record("the oldest gives way: \(String(describing: rivals[0]))")
                return
            }
            for rival in rivals.dropFirst() {
                guard case .older = rival else {
                    Issue.record("a younger one wins: \(String(describing: rival))")
                    return
                }
            }
        }
        var world = ResourceWorld()
        world.replications = Array(family[...1])
        #expect(family[0].subject(in: world.surroundings).rival == .younger(family[1].key))
        #expect(family[1].subject(in: world.surroundings).rival == .older(family[0].key))
    }

    @Test("of two made in one second exactly one wins, by uid")
    func tie() {
        let one = ResourceWorld.replication(namespace: "z", uid: "1")
        let other = ResourceWorld.replication(namespace: "a", uid: "2")
        var world = ResourceWorld()
        world.replications = [one, other]
        #expect(one.subject(in: world.surroundings).rival == .younger(other.key))
        #expect(other.subject(in: world.surroundings).rival == .older(one.key))
    }

    @Test("who names another object, only looks, or goes as well is no rival")
    func noRivals() {
        let own = ResourceWorld.replication(created: 1)
        func rival(of own: BigPeerReplication, _ other: BigPeerReplication) -> RemoteSubject.Rival? {
            var world = ResourceWorld()
            world.replications = [own, other]
            return own.subject(in: world.surroundings).rival
        }
        #expect(rival(of: own, ResourceWorld.replication(namespace: "other")) != nil)
        #expect(rival(of: own, own) == nil, "nobody is a rival of itself")
        #expect(rival(of: own, ResourceWorld.replication(namespace: "other", on: "paris")) == nil)
        #expect(rival(of: own, ResourceWorld.replication(namespace: "other", on: "nowhere")) == nil)
        #expect(rival(of: own, ResourceWorld.replication(namespace: "other", spec: ["app": "lorries"])) == nil)
        #expect(
            rival(of: own, ResourceWorld.replication(namespace: "other", spec: ["managementPolicy": "Observe"])) == nil
        )
        var leaving = own
        leaving.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        var leavingToo = ResourceWorld.replication(namespace: "other")
        #expect(rival(of: leaving, leavingToo) == .older(leavingToo.key), "what goes leaves the object to who stays")
        leavingToo.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        leavingToo.metadata.finalizers = [PeerageAPI.finalizer, "example.dev/other"]
        #expect(rival(of: leaving, leavingToo) == nil, "when both go, the object goes")
        #expect(rival(of: own, leavingToo) == .older(leavingToo.key), "the older is looked after until it is gone")
        leavingToo.metadata.finalizers = ["example.dev/other"]
        #expect(rival(of: own, leavingToo) == nil, "what others keep for themselves claims nothing any more")
    }

    @Test("two BigPeers that lead to one server and one name are one object, however patient they are")
    func sameServer() {
        var world = ResourceWorld()
        world.bigPeers = [
            ResourceWorld.external("berlin"),
            ResourceWorld.external(
                "again",
                ["url": "https://BERLIN.example:443/", "bigPeerName": "berlin", "timeout": "45s"]
            ),
        ]
        let own = ResourceWorld.replication(created: 1)
        let other = ResourceWorld.replication(namespace: "other", on: "again")
        world.replications = [own, other]
        #expect(own.subject(in: world.surroundings).rival == .older(other.key))
        world.bigPeers[1] = ResourceWorld.external("again", ["url": "https://b2.example", "bigPeerName": "berlin"])
        #expect(own.subject(in: world.surroundings).rival == nil)
    }

    @Test("apps of one name are rivals as replications are")
    func apps() {
        var world = ResourceWorld()
        let older = ResourceWorld.app("one")
        var younger = ResourceWorld.app("two")
        younger.metadata.creationTimestamp = "2026-11-21T00:00:09Z"
        world.apps = [younger, older]
        #expect(older.subject(in: world.surroundings).rival == .younger(younger.key))
        #expect(younger.subject(in: world.surroundings).rival == .older(older.key))
    }

    // MARK: - How far

    @Test("an app outlives its replications")
    func deletionObstacle() {
        var world = ResourceWorld()
        let app = ResourceWorld.app()
        #expect(app.subject(in: world.surroundings).deletionObstacle == nil)
        world.replications = [
            ResourceWorld.replication("b"), ResourceWorld.replication("a"), ResourceWorld.replication("c", on: "paris"),
        ]
        let obstacle = app.subject(in: world.surroundings).deletionObstacle
        #expect(obstacle?.reason == .deletionBlocked)
        #expect(obstacle?.message.contains("2 BigPeerReplication") == true)
        #expect(obstacle?.message.contains("fleet/a") == true)
        #expect(ResourceWorld.replication().subject(in: world.surroundings).deletionObstacle == nil)
    }

    @Test("a subject is settled when its status says so of this very spec")
    func settled() {
        func isSettled(_ generation: Int64, _ status: String) -> Bool {
            ResourceWorld.replication(
                status: [
                    "observedGeneration": .integer(generation),
                    "conditions": [["type": "Synced", "status": .string(status)]],
                ]
            ).subject(in: ResourceWorld().surroundings).isSettled
        }
        #expect(isSettled(1, "True"))
        #expect(!isSettled(0, "True"))
        #expect(!isSettled(1, "False"))
        #expect(!ResourceWorld.replication().subject(in: ResourceWorld().surroundings).isSettled)
    }

    @Test("a request to reconcile counts until it was answered")
    func requested() {
        var replication = ResourceWorld.replication(status: ["lastHandledReconcileAt": "1"])
        #expect(!replication.subject(in: ResourceWorld().surroundings).isRequested)
        for (value, isRequested) in [("1", false), ("2", true)] {
            replication.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = value
            #expect(replication.subject(in: ResourceWorld().surroundings).isRequested == isRequested)
        }
    }

    @Test("the record, the finalizer and the deletion are the resource's")
    func own() throws {
        let record = RemoteRecord(
            id: RemoteID(
                peer: PeerIdentity(namespace: "ditto", name: "berlin"),
                object: .replication(app: "cars", name: "r")
            ),
            url: "https://berlin.example",
            provenance: .adopted
        )
        var replication = ResourceWorld.replication(status: [
            "remote": RemoteEntry(record, by: ObjectKey(namespace: "fleet", name: "berlin")).json
        ])
        var subject = replication.subject(in: ResourceWorld().surroundings)
        #expect(subject.record == record)
        #expect(!subject.hasFinalizer)
        #expect(!subject.isBeingDeleted)
        replication.metadata.finalizers = ["foreground", PeerageAPI.finalizer]
        replication.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        subject = replication.subject(in: ResourceWorld().surroundings)
        #expect(subject.hasFinalizer)
        #expect(subject.isBeingDeleted)
    }

    // MARK: - What is told

    @Test("the time of the last sync moves when something was done, and not with checks that find nothing")
    func lastSyncTime() {
        let before = "2026-11-01T00:00:00Z"
        let settled = ResourceWorld.replication(
            status: [
                "observedGeneration": 1, "lastSyncTime": .string(before),
                "conditions": [["type": "Synced", "status": "True"]],
            ]
        )
        let surroundings = ResourceWorld().surroundings
        func time(_ outcome: Outcome) -> String? {
            settled.status(telling: outcome, in: surroundings).lastSyncTime
        }
        let notice = Outcome.Notice(.driftCorrected, "set back")
        #expect(time(Outcome(.synced, record: nil, next: .driftCheck)) == before)
        #expect(
            time(Outcome(.synced, record: nil, next: .driftCheck, notices: [notice]))
                == SimulatedWorld.start.rfc3339
        )
        #expect(time(Outcome(.waiting(.unreachable, "no"), record: nil, next: .backOff)) == before)
    }

    @Test("a status tells the generation, the record and the answered request, and the latter only once a run ends")
    func told() {
        var replication = ResourceWorld.replication()
        replication.metadata.generation = 7
        replication.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = "now"
        let surroundings = ResourceWorld().surroundings
        let underWay = Outcome(.progressing(.creating, "creating"), record: nil, next: .whenChanged)
        #expect(replication.status(telling: underWay, in: surroundings).lastHandledReconcileAt == nil)
        let status = replication.status(
            telling: Outcome(.synced, record: nil, next: .driftCheck),
            in: surroundings
        )
        #expect(status.lastHandledReconcileAt == "now")
        #expect(status.observedGeneration == 7)
        #expect(status.conditions[.synced]?.status == .true)
        #expect(status.conditions[.synced]?.observedGeneration == 7)
        #expect(status.conditions[.replicating]?.status == .unknown, "the REST API does not tell whether data flows")
    }
}
