import KubernetesModel
import Resources

/// The names of hosts.
package enum EmbeddedBigPeerHosts {
    /// The host of peers that name none.
    package static let defaultName = Resources.EmbeddedBigPeer.defaultHost

    /// The values of `spec.embedded.host` that mean a host.
    ///
    /// - Parameters:
    ///   - name: The host's own name.
    ///   - defaultHost: Which host also runs the peers that name none.
    /// - Returns: The names, the host's own first.
    package static func names(of name: String, defaultHost: String) -> [String] {
        name == defaultHost && name != Self.defaultName ? [name, Self.defaultName] : [name]
    }

    /// The Leases by which a host with these names says that it is there.
    package static func leases(of names: [String], in namespace: String) -> [ObjectKey] {
        names.map { ObjectKey(namespace: namespace, name: HostLease.name(of: $0)) }
    }
}
