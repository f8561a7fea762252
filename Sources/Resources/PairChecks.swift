import KubernetesModel

/// The rules about the two sides of a replication, where `connectTo` says which they are.
struct PairChecks {
    private typealias Side = ManifestIndex.Entry<DeclaredReplication>

    let index: ManifestIndex

    var diagnostics: [Diagnostic] {
        self.index.replications.flatMap { side in
            side.value.connectTo.enumerated().flatMap { position, target in
                let key = target.replicationKey(from: side.value.key.namespace)
                guard let other = self.index.replication(key), key != side.value.key else { return [Diagnostic]() }
                let path = FieldPath.spec("connectTo").index(position)
                return [
                    self.bothDial(side, other, at: path), self.nothingSubscribed(side, other, at: path),
                    self.differentApps(side, other, at: path), self.incompatiblePeers(side, other, at: path),
                ].compactMap(\.self)
            }
        }
    }

    /// Told once, at the side whose name comes later.
    private func bothDial(_ side: Side, _ other: Side, at path: FieldPath) -> Diagnostic? {
        let namespace = other.value.key.namespace
        let dialsBack = other.value.connectTo.contains { $0.replicationKey(from: namespace) == side.value.key }
        guard dialsBack, other.value.key < side.value.key else { return nil }
        return side.manifest.diagnostic(
            .manifest(.bothSidesDial),
            .warning,
            at: path,
            "\(other.manifest.title) dials this side too; one connection carries both directions, so one side is enough"
        )
    }

    private func nothingSubscribed(_ side: Side, _ other: Side, at path: FieldPath) -> Diagnostic? {
        guard !side.value.hasQueries, !other.value.hasQueries else {
            return nil
        }
        return side.manifest.diagnostic(
            .manifest(.nothingSubscribed),
            .warning,
            at: path,
            "neither this side nor \(other.manifest.title) has queries, so no data flows; a side receives what its own "
                + "queriesByCollection asks for"
        )
    }

    private func differentApps(_ side: Side, _ other: Side, at path: FieldPath) -> Diagnostic? {
        let own = self.index.app(side.value.app, of: side.value.bigPeerKey)?.spec.appID
        let others = self.index.app(other.value.app, of: other.value.bigPeerKey)?.spec.appID
        guard let own, let others, own != others else { return nil }
        return side.manifest.diagnostic(
            .manifest(.appIDMismatch),
            .error,
            at: path,
            "the app \"\(side.value.app)\" of this side has the id \(own), and the app \"\(other.value.app)\" "
                + "of \(other.manifest.title) has \(others); apps that replicate have one id"
        )
    }

    private func incompatiblePeers(_ side: Side, _ other: Side, at path: FieldPath) -> Diagnostic? {
        guard let own = self.index.peer(side.value.bigPeerKey), let others = self.index.peer(other.value.bigPeerKey),
            (own.spec.embedded == nil) != (others.spec.embedded == nil)
        else { return nil }
        return side.manifest.diagnostic(
            .manifest(.incompatiblePeers),
            .error,
            at: path,
            "BigPeer \"\(own.key)\" and BigPeer \"\(others.key)\" are not of one sort: embedded peers replicate among "
                + "themselves, external ones by their vendor's own protocol"
        )
    }
}
