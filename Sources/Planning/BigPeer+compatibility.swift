import KubernetesModel
import Resources

extension BigPeer {
    /// Why this peer and another cannot replicate with each other; `nil` when they can.
    func incompatibility(with other: BigPeer) -> Obstacle? {
        guard (self.spec.embedded == nil) != (other.spec.embedded == nil) else { return nil }
        return Obstacle(
            .incompatiblePeers,
            "one of \"\(self.key)\" and \"\(other.key)\" is embedded and the other is not: embedded peers "
                + "replicate among themselves, external ones by their vendor's own protocol",
            isStalled: true
        )
    }
}
