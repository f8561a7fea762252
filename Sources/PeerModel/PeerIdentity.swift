/// How a Big Peer is named in the paths of its REST API: `/namespace/{namespace}/bigPeer/{name}`.
package struct PeerIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The path segment behind `/namespace/`.
    package let namespace: String
    /// The path segment behind `/bigPeer/`.
    package let name: String

    /// Creates an identity.
    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`.
    package var description: String { "\(self.namespace)/\(self.name)" }
}
