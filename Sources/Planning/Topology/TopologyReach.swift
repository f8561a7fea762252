import KubernetesModel
import Resources

/// Whether data still gets everywhere when an old link goes.
///
/// A link may go when new pairs that are there already connect its two ends; or when they connect all that the new shape
/// shall connect among those that the old links hold together, by way of whatever Big Peers.
///
/// *Guarantees:* as long as a dialling side goes only when `canGo` says so, any two members that the new shape connects,
/// directly or by way of others, and that were connected before, stay connected at every moment.
struct TopologyReach {
    /// What new pairs that are there already connect.
    private var established = Islands()
    /// What all links that are there connect, old and new.
    private var present = Islands()
    /// The roots of `present` within which something is not connected by new pairs yet.
    private var waiting: Set<ObjectKey> = []

    init(_ topology: ReplicationTopology, established: [TopologyExpansion.Sides], owned: [BigPeerReplication]) {
        let keys = Dictionary(topology.spec.members.map { ($0.name, topology.bigPeerKey(of: $0)) }) { first, _ in first
        }
        var wanted = Islands()
        for link in topology.spec.links {
            if let dialler = keys[link.dialler], let listener = keys[link.listener] { wanted.join(dialler, listener) }
        }
        for sides in established { self.established.join(sides.dialler.bigPeerKey, sides.listener.bigPeerKey) }
        for replication in owned {
            for target in replication.dialledKeys { self.present.join(replication.bigPeerKey, target.bigPeer) }
        }
        // Members that belong together by the new shape and are together now must be so by new pairs alone.
        var first: [[ObjectKey]: ObjectKey] = [:]
        for key in keys.values {
            let place = [self.present.root(of: key), wanted.root(of: key)]
            guard let other = first[place] else {
                first[place] = key
                continue
            }
            if !self.established.areOne(key, other) { self.waiting.insert(place[0]) }
        }
    }

    /// Whether the link from one Big Peer to another may go.
    mutating func canGo(from first: ObjectKey, to second: ObjectKey) -> Bool {
        self.established.areOne(first, second) || !self.waiting.contains(self.present.root(of: first))
    }
}

/// Sets of keys that grow together.
private struct Islands {
    private var parents: [ObjectKey: ObjectKey] = [:]

    mutating func join(_ first: ObjectKey, _ second: ObjectKey) {
        let first = self.root(of: first)
        let second = self.root(of: second)
        if first != second { self.parents[first] = second }
    }

    mutating func areOne(_ first: ObjectKey, _ second: ObjectKey) -> Bool {
        self.root(of: first) == self.root(of: second)
    }

    mutating func root(of key: ObjectKey) -> ObjectKey {
        var root = key
        while let parent = self.parents[root] { root = parent }
        // The next search from here is one step.
        if root != key { self.parents[key] = root }
        return root
    }
}
