import JSON
import KubernetesModel
import Resources

/// What belongs to what: a Big Peer, its apps, their replications, and whatever any of them owns.
///
/// An object stands under its owner if it has one here and no place of its own; a replication stands under its app, or
/// under its Big Peer when no resource declares the app. What has no place is a root.
package struct ResourceTree: Sendable, Hashable {
    /// One object with what stands under it.
    package struct Node: Sendable, Hashable {
        /// The kind.
        package let kind: ResourceKind
        /// The object.
        package let object: Object
        /// What stands under it.
        package var children: [Node] = []
        /// Whether it stands elsewhere too, and is only named here.
        package var isRepeated = false
    }

    /// The objects that stand under no other.
    package let roots: [Node]

    private struct Entry {
        let kind: ResourceKind
        let object: Object
    }

    /// Builds the tree.
    ///
    /// - Parameter objects: Every object that may have a place in it, by kind, in the order in which to show them.
    package init(of objects: [(kind: ResourceKind, objects: [Object])]) {
        let entries = objects.flatMap { kind, objects in objects.map { Entry(kind: kind, object: $0) } }
        let uids = Dictionary(
            entries.enumerated().map { ($0.element.object.metadata.uid, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        var peers: [ObjectKey: Int] = [:]
        var apps: [AppName: Int] = [:]
        for (index, entry) in entries.enumerated() {
            if entry.kind == .bigPeer { peers[entry.object.key] = index }
            if entry.kind == .bigPeerApp {
                let app = BigPeerApp(entry.object)
                apps[AppName(peer: app.bigPeerKey, name: app.appName)] = index
            }
        }
        var children: [Int: [Int]] = [:]
        var owned: [Int: [Int]] = [:]
        var placed: Set<Int> = []
        for (index, entry) in entries.enumerated() {
            let owners = entry.object.metadata.ownerReferences.compactMap { $0["uid"]?.string.flatMap { uids[$0] } }
            let parent: Int? =
                switch entry.kind {
                case .bigPeerApp: peers[BigPeerApp(entry.object).bigPeerKey]
                case .bigPeerReplication:
                    Self.parent(of: BigPeerReplication(entry.object), peers: peers, apps: apps)
                default: nil
                }
            if let parent {
                children[parent, default: []].append(index)
                placed.insert(index)
                for owner in owners where owner != parent { owned[owner, default: []].append(index) }
            } else if let owner = owners.first, owner != index {
                children[owner, default: []].append(index)
                placed.insert(index)
            }
        }
        self.roots = entries.indices.filter { !placed.contains($0) }
            .map { Self.node($0, entries, children, owned, above: []) }
    }

    private struct AppName: Hashable {
        let peer: ObjectKey
        let name: String
    }

    private static func parent(
        of replication: BigPeerReplication,
        peers: [ObjectKey: Int],
        apps: [AppName: Int]
    ) -> Int? {
        apps[AppName(peer: replication.bigPeerKey, name: replication.app)] ?? peers[replication.bigPeerKey]
    }

    /// A node with all that stands under it; owners in a circle end at the first repetition.
    private static func node(
        _ index: Int,
        _ entries: [Entry],
        _ children: [Int: [Int]],
        _ owned: [Int: [Int]],
        above: Set<Int>
    ) -> Node {
        let entry = entries[index]
        var node = Node(kind: entry.kind, object: entry.object)
        guard !above.contains(index) else {
            node.isRepeated = true
            return node
        }
        let path = above.union([index])
        node.children = (children[index] ?? []).map { Self.node($0, entries, children, owned, above: path) }
        node.children += (owned[index] ?? []).map {
            Node(kind: entries[$0].kind, object: entries[$0].object, isRepeated: true)
        }
        return node
    }

    /// The part of the tree at some objects.
    ///
    /// - Parameter isWanted: Whether an object is asked for.
    /// - Returns: The objects that are, each with what stands under it.
    package func nodes(where isWanted: (Node) -> Bool) -> [Node] {
        func search(_ nodes: [Node]) -> [Node] {
            nodes.flatMap { isWanted($0) && !$0.isRepeated ? [$0] : search($0.children) }
        }
        return search(self.roots)
    }
}
