import KubernetesModel
import Spelling

/// The rules about topologies and what they name.
struct TopologyChecks {
    private typealias Entry = ManifestIndex.Entry<ReplicationTopology>
    private typealias Member = ReplicationTopologySpec.Member

    let index: ManifestIndex

    /// The path of something that a member says.
    static func path(_ position: Int, _ names: String...) -> FieldPath {
        names.reduce(TopologyRules.member(position)) { $0.key($1) }
    }

    var diagnostics: [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for entry in self.index.topologies {
            for (position, member) in entry.value.spec.members.enumerated() {
                diagnostics += self.missingPeer(member, entry, position)
                diagnostics += self.missingApp(member, entry, position)
                diagnostics += self.noRoom(member, entry, position)
            }
            diagnostics += self.incompatiblePeers(entry)
            diagnostics += self.differentApps(entry)
            diagnostics += self.takenNames(entry)
            diagnostics += self.nothingSubscribed(entry)
            diagnostics += self.relaysThatHoldBack(entry)
        }
        return diagnostics
    }

    private func missingPeer(_ member: Member, _ entry: Entry, _ position: Int) -> [Diagnostic] {
        let key = entry.value.bigPeerKey(of: member)
        guard !self.index.isKnown(.bigPeer, key) else { return [] }
        return [
            entry.manifest.diagnostic(
                .manifest(.referenceNotFound),
                .warning,
                at: Self.path(position, "bigPeerRef", "name"),
                "BigPeer \"\(key)\" is not \(self.index.place)\(self.index.hint(.bigPeer, key))"
            )
        ]
    }

    /// An external Big Peer may have apps that nobody declared; once some are declared, a missing one is a typo.
    private func missingApp(_ member: Member, _ entry: Entry, _ position: Int) -> [Diagnostic] {
        let key = entry.value.bigPeerKey(of: member)
        let apps = self.index.apps(of: key)
        guard let peer = self.index.peer(key), peer.spec.embedded != nil || !apps.isEmpty,
            !self.index.isKnownApp(member.app, of: key)
        else { return [] }
        let hint = nearest(to: member.app, among: apps.map(\.spec.appName)).map { "; did you mean \"\($0)\"?" } ?? ""
        return [
            entry.manifest.diagnostic(
                .manifest(.referenceNotFound),
                .warning,
                at: Self.path(position, "app"),
                "no BigPeerApp \(self.index.place) declares the app \"\(member.app)\" on BigPeer \"\(key)\"\(hint)"
            )
        ]
    }

    private func noRoom(_ member: Member, _ entry: Entry, _ position: Int) -> [Diagnostic] {
        guard let peer = self.index.peer(entry.value.bigPeerKey(of: member)),
            peer.spec.replicationNameRoom < TopologyName.minimumRoom
        else { return [] }
        return [
            entry.manifest.diagnostic(
                .manifest(.serviceNameTooLong),
                .error,
                at: Self.path(position, "bigPeerRef", "name"),
                "the name of the Big Peer \"\(peer.spec.endpoint?.bigPeerName ?? "")\" is so long that no replication "
                    + "on it can have a Service: with its own name, ditto-NAME-replication-NAME has more than 63 characters"
            )
        ]
    }

    /// Told at the first member that is of another sort than the first one.
    private func incompatiblePeers(_ entry: Entry) -> [Diagnostic] {
        let peers = entry.value.spec.members.enumerated().compactMap { position, member in
            self.index.peer(entry.value.bigPeerKey(of: member)).map { (position, $0) }
        }
        guard let (_, first) = peers.first,
            let (position, other) = peers.first(where: { ($0.1.spec.embedded == nil) != (first.spec.embedded == nil) })
        else { return [] }
        return [
            entry.manifest.diagnostic(
                .manifest(.incompatiblePeers),
                .error,
                at: Self.path(position, "bigPeerRef", "name"),
                "BigPeer \"\(first.key)\" and BigPeer \"\(other.key)\" are not of one sort: embedded peers replicate "
                    + "among themselves, external ones by their vendor's own protocol"
            )
        ]
    }

    private func differentApps(_ entry: Entry) -> [Diagnostic] {
        let apps = entry.value.spec.members.enumerated().compactMap { position, member in
            self.index.app(member.app, of: entry.value.bigPeerKey(of: member))?.spec.appID
                .map { (position: position, member: member, id: $0) }
        }
        guard let first = apps.first else { return [] }
        return apps.filter { $0.id != first.id }.map { other in
            entry.manifest.diagnostic(
                .manifest(.appIDMismatch),
                .error,
                at: Self.path(other.position, "bigPeerRef", "name"),
                "the app \"\(first.member.app)\" of \"\(first.member.name)\" has the id \(first.id), and the app "
                    + "\"\(other.member.app)\" of \"\(other.member.name)\" has \(other.id); apps that replicate have one id"
            )
        }
    }

    private func takenNames(_ entry: Entry) -> [Diagnostic] {
        let topology = entry.value
        let members = Dictionary(topology.spec.members.map { ($0.name, $0) }) { first, _ in first }
        return topology.spec.links.flatMap { [($0.dialler, $0.listener), ($0.listener, $0.dialler)] }
            .compactMap { own, other in
                guard let member = members[own], let peer = self.index.peer(topology.bigPeerKey(of: member)) else {
                    return nil
                }
                let name = TopologyName.name(
                    of: topology.metadata.name,
                    on: own,
                    towards: other,
                    room: peer.spec.replicationNameRoom
                )
                let key = ObjectKey(namespace: topology.metadata.namespace, name: name)
                guard let taken = self.index.manifest(.bigPeerReplication, key) else { return nil }
                return entry.manifest.diagnostic(
                    .manifest(.duplicateObject),
                    .error,
                    at: .name,
                    "needs the name of \(taken.title) at \(taken.place) for the side of \"\(own)\" towards \"\(other)\""
                )
            }
    }

    private func nothingSubscribed(_ entry: Entry) -> [Diagnostic] {
        guard entry.value.spec.members.allSatisfy(\.queriesByCollection.isEmpty) else { return [] }
        return [
            entry.manifest.diagnostic(
                .manifest(.nothingSubscribed),
                .warning,
                at: .spec("members"),
                "no member has queries, so no data flows; a member receives what queriesByCollection asks for"
            )
        ]
    }
}
