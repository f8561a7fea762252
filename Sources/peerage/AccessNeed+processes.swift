import KubernetesClient
import KubernetesModel
import ResourceStore
import Resources

extension AccessNeed {
    /// What `peerage controller` must be allowed to do: no more than `manifests/rbac` grants it.
    ///
    /// - Parameters:
    ///   - namespaces: Where it looks; none is everywhere.
    ///   - lease: The Lease that says which controller works; hosts' Leases are beside it.
    /// - Returns: Every right that its work takes.
    static func controller(in namespaces: [String], lease: ObjectKey) -> [AccessNeed] {
        let kinds: [ResourceKind] = [.bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology]
        let work = Self.places(namespaces).flatMap { place in
            // `patch` is for finalizers and, of the subresource, the status.
            kinds.flatMap { Self.all(["get", "list", "watch", "patch"], $0, namespace: place) }
                + kinds.flatMap { Self.all(["patch"], $0, subresource: "status", namespace: place) }
                + Self.all(["create", "update", "delete"], .bigPeerReplication, namespace: place)
                // A replication names its topology as an owner that waits for it.
                + Self.all(["update"], .replicationTopology, subresource: "finalizers", namespace: place)
                + Self.shared(in: place)
        }
        return work + Self.all(["create", "list", "watch"], .lease, namespace: lease.namespace)
            + Self.all(["get", "update"], .lease, namespace: lease.namespace, name: lease.name)
    }

    /// What `peerage host` must be allowed to do: no more than `manifests/rbac` grants it.
    ///
    /// - Parameters:
    ///   - namespaces: Where it looks; none is everywhere.
    ///   - leases: The Leases by which it says that it is there.
    /// - Returns: Every right that its work takes.
    static func host(in namespaces: [String], leases: [ObjectKey]) -> [AccessNeed] {
        let work = Self.places(namespaces).flatMap { place in
            [ResourceKind.bigPeer, .bigPeerReplication].flatMap { kind in
                Self.all(["get", "list", "watch"], kind, namespace: place)
                    + Self.all(["patch"], kind, subresource: "status", namespace: place)
            } + Self.shared(in: place)
        }
        let presence = leases.enumerated().flatMap { number, lease in
            // No server can check the name of what is to be created: once is enough.
            Self.all(
                (number == 0 ? ["create"] : []) + ["get", "update"],
                .lease,
                namespace: lease.namespace,
                name: lease.name
            )
        }
        return work + presence
    }

    /// What both should be allowed to do, unless they may do it with the very Secrets that are named.
    static func secrets(in namespaces: [String]) -> [AccessNeed] {
        Self.places(namespaces).flatMap { Self.all(["get"], .secret, namespace: $0) }
    }

    private static func shared(in place: String?) -> [AccessNeed] {
        Self.all(["create", "update"], .event, namespace: place)
    }

    private static func places(_ namespaces: [String]) -> [String?] {
        namespaces.isEmpty ? [nil] : namespaces.map(Optional.some)
    }
}
