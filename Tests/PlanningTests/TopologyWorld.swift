import Clocks
import JSON
import KubernetesModel
import Planning
import Resources

/// Objects in a store, and the controllers that are not under test: what the steps of a topology's plans act on.
struct TopologyWorld {
    static let appID = "2164bef3-37c0-489c-9ac6-c94b034525d7"

    var peers: [ObjectKey: BigPeer] = [:]
    var apps: [BigPeerApp] = []
    var objects: [ObjectKey: Object] = [:]
    var topology: Object?
    /// Names of BigPeers that do not answer: nothing on them becomes ready, and nothing on them goes.
    var dead: Set<String> = []
    /// Every object that was ever created or deleted, in order.
    var history: [String] = []
    /// The policies of the objects whose deletion was asked for, as they were then.
    var policiesAtDeletion: [DeletionPolicy] = []
    private var nextUID = 0

    init(_ names: [String], shape: TopologyShape, hub: String? = nil, pairs: [(String, String)] = []) {
        for name in names { self.addPeer(name) }
        self.topology = Self.topology(names, shape: shape, hub: hub, pairs: pairs)
    }

    static func topology(
        _ names: [String],
        shape: TopologyShape,
        hub: String? = nil,
        pairs: [(String, String)] = []
    ) -> Object {
        var metadata = ObjectMeta(name: "europe", namespace: "fleet")
        metadata.uid = "topology"
        metadata.generation = 1
        let members = names.map { name -> JSONValue in ["bigPeerRef": ["name": .string(name)]] }
        var spec: JSONObject = [
            "app": "cars", "shape": .string(shape.rawValue), "members": .array(members),
            "queriesByCollection": ["cars": ["true"]],
        ]
        spec["hub"] = hub.map(JSONValue.string)
        if !pairs.isEmpty {
            spec["pairs"] = .array(pairs.map { ["from": .string($0.0), "to": .string($0.1)] })
        }
        return Object(kind: .replicationTopology, metadata: metadata, content: ["spec": .object(spec)])
    }

    mutating func addPeer(_ name: String, appID: String? = Self.appID, isEmbedded: Bool = true) {
        let metadata = ObjectMeta(name: name, namespace: "fleet")
        let spec: JSONValue = isEmbedded ? ["embedded": [:]] : ["endpoint": ["url": .string("https://\(name).example")]]
        var status: JSONObject = ["conditions": [["type": "Reachable", "status": "True"]]]
        if let appID { status["apps"] = [["name": "cars", "appId": .string(appID)]] }
        let object = Object(kind: .bigPeer, metadata: metadata, content: ["spec": spec, "status": .object(status)])
        self.peers[object.key] = BigPeer(object)
    }

    // MARK: - The topology

    var plan: TopologyPlan? {
        self.topology.map { topology in
            let topology = ReplicationTopology(topology)
            return TopologyPlan(for: topology, in: self.surroundings(of: topology))
        }
    }

    var status: ReplicationTopologyStatus? {
        self.topology.flatMap { topology in
            self.plan.map { ReplicationTopology(topology).status(telling: $0, now: Timestamp(seconds: 1_800_000_000)) }
        }
    }

    func surroundings(of topology: ReplicationTopology) -> TopologySurroundings {
        let peers = self.peers
        let apps = self.apps
        let keys = Set(self.objects.keys)
        return TopologySurroundings(
            now: Timestamp(seconds: 1_800_000_000),
            bigPeer: { peers[$0] },
            apps: { name, peer in apps.filter { $0.spec.appName == name && $0.bigPeerKey == peer } },
            owned: self.replications.filter { $0.metadata.owningTopology?.uid == topology.metadata.uid },
            isTaken: { keys.contains($0) }
        )
    }

    /// Changes the spec, as a person does.
    mutating func change(to new: Object) {
        guard var topology = self.topology else { return }
        topology.spec = new.spec
        topology.metadata.generation += 1
        self.topology = topology
    }

    mutating func carryOut(_ step: TopologyStep) {
        switch step {
        case .addFinalizer: self.topology?.metadata.finalizers.append(PeerageAPI.finalizer)
        case .removeFinalizer:
            self.topology?.metadata.finalizers.removeAll { $0 == PeerageAPI.finalizer }
            if self.topology?.metadata.isBeingDeleted == true { self.topology = nil }
        case .create(let side):
            guard let topology = self.topology else { return }
            self.add(side.object(of: ReplicationTopology(topology)))
        case .update(let key, _, let fields):
            self.objects[key]?.setSpec(fields)
            self.objects[key]?.metadata.generation += 1
        case .ask(let key, _, let request):
            self.objects[key]?.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = request
        case .delete(let key, _):
            if let object = self.objects[key] {
                self.policiesAtDeletion.append(BigPeerReplication(object).spec.policy.deletion)
            }
            self.objects[key]?.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        }
    }

    /// Carries out steps until there are none now, and says how many there were.
    @discardableResult
    mutating func run(stopAfter limit: Int = .max) -> Int {
        var count = 0
        while let steps = self.plan?.steps, !steps.isEmpty, count < 10_000 {
            for step in steps {
                if count == limit { return count }
                self.carryOut(step)
                count += 1
            }
        }
        return count
    }

    /// Runs until neither the topology nor the others have anything to do.
    mutating func settle() {
        while self.run() + self.runOthers() > 0 {}
    }

    // MARK: - The others

    var replications: [BigPeerReplication] {
        self.objects.values.map { BigPeerReplication($0) }.sorted { $0.key < $1.key }
    }

    mutating func add(_ object: Object) {
        var object = object
        self.nextUID += 1
        object.metadata.uid = "uid-\(self.nextUID)"
        object.metadata.generation = 1
        self.objects[object.key] = object
        self.history.append("+\(object.metadata.name)")
    }

    /// Does one thing that the controller of replications would do; `false` when there is none.
    mutating func runOther() -> Bool {
        for replication in self.replications where !self.dead.contains(replication.bigPeerKey.name) {
            if replication.metadata.isBeingDeleted {
                self.objects[replication.key] = nil
                self.history.append("-\(replication.metadata.name)")
                return true
            }
            if replication.status.observedGeneration != replication.metadata.generation {
                self.objects[replication.key]?.status = [
                    "observedGeneration": .integer(replication.metadata.generation),
                    "conditions": [["type": "Ready", "status": "True", "reason": "Synced"]],
                    "lastSyncTime": "2026-11-21T00:00:00Z",
                ]
                return true
            }
        }
        return false
    }

    private mutating func runOthers() -> Int {
        var count = 0
        while self.runOther() { count += 1 }
        return count
    }

    // MARK: - What a test looks at

    /// The links that are up: both sides there, and at least one dials the other.
    var links: Set<Set<String>> {
        let replications = self.replications
        let byName = Dictionary(replications.map { ($0.metadata.name, $0) }) { first, _ in first }
        var links: Set<Set<String>> = []
        for replication in replications where replication.status.lastSyncTime != nil {
            for target in replication.spec.connectTo {
                guard let other = byName[target.replication], other.status.lastSyncTime != nil else { continue }
                links.insert([replication.bigPeerKey.name, other.bigPeerKey.name])
            }
        }
        return links
    }

    /// Every replication as a line, in the order of names.
    var picture: [String] {
        self.replications.map { replication in
            let targets = replication.spec.connectTo.map { "\($0.bigPeer.name)/\($0.replication)" }
            let queries = replication.spec.queriesByCollection.sorted { $0.key < $1.key }.map {
                "\($0.key)=\($0.value)"
            }
            return "\(replication.metadata.name) on \(replication.bigPeerKey.name) of \(replication.spec.app) dials "
                + "\(targets) asks \(queries)"
        }
    }

    /// Whether links connect two Big Peers, directly or not.
    static func areConnected(_ one: String, _ other: String, by links: Set<Set<String>>) -> Bool {
        var seen: Set<String> = [one]
        var queue = [one]
        while let name = queue.popLast() {
            for link in links where link.contains(name) {
                queue += link.filter { seen.insert($0).inserted }
            }
        }
        return seen.contains(other)
    }
}
