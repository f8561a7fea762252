import Clocks
import KubernetesModel
import PeerModel
import Resources

extension RemoteRecord {
    /// Reads what a status remembers.
    package init(_ entry: RemoteEntry) {
        let peer = PeerIdentity(namespace: entry.namespace, name: entry.bigPeer)
        let object: RemoteID.Object =
            if let name = entry.name { .replication(app: entry.app, name: name) } else { .app(entry.app) }
        let provenance: Provenance =
            if !entry.isCreatedByUs {
                .adopted
            } else if let moment = entry.createdAt {
                .created(at: Timestamp(rfc3339: moment) ?? .epoch)
            } else {
                .creating(
                    Attempt(
                        digest: entry.creationDigest ?? "",
                        until: entry.creationOpenUntil.flatMap(Timestamp.init(rfc3339:)) ?? .epoch
                    )
                )
            }
        self.init(id: RemoteID(peer: peer, object: object), url: entry.url, provenance: provenance)
    }
}

extension RemoteEntry {
    /// The record as a status remembers it.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - bigPeerKey: The BigPeer that leads to the object.
    package init(_ record: RemoteRecord, by bigPeerKey: ObjectKey) {
        let app: String
        let name: String?
        switch record.id.object {
        case .app(let appName): (app, name) = (appName, nil)
        case .replication(let appName, let replication): (app, name) = (appName, replication)
        }
        self.init(
            bigPeerKey: bigPeerKey,
            url: record.url,
            namespace: record.id.peer.namespace,
            bigPeer: record.id.peer.name,
            app: app,
            name: name,
            isCreatedByUs: record.provenance != .adopted
        )
        switch record.provenance {
        case .creating(let attempt):
            self.creationDigest = attempt.digest
            self.creationOpenUntil = attempt.until.rfc3339Micro
        case .created(let moment): self.createdAt = moment.rfc3339Micro
        case .adopted: break
        }
    }
}
