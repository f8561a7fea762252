import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources

/// Writes the status of BigPeers, and tells of it.
struct BigPeerWriter: Sendable {
    let store: any ResourceStore
    let cache: Informer<BigPeer>
    let events: EventRecorder
    let logger: Logger

    /// Writes a status that differs from the one there is, and tells a change for better or worse as an event.
    func update(_ status: BigPeerStatus, of peer: BigPeer) async throws(APIStatus) {
        guard status != peer.status else { return }
        _ = try await self.write(status, of: peer)
        guard let ready = status.conditions[.ready], ready.reason != peer.status.conditions[.ready]?.reason else {
            return
        }
        self.events.record(
            EventNote(
                about: EventNote.subject(.bigPeer, peer.metadata),
                Reason(rawValue: ready.reason)?.isWarning == true ? .warning : .normal,
                reason: ready.reason,
                message: ready.message
            )
        )
    }

    /// Writes a status, if nobody has written one in between.
    ///
    /// - Returns: The BigPeer with the status.
    func write(_ status: BigPeerStatus, of peer: BigPeer) async throws(APIStatus) -> BigPeer {
        let written = try await self.store.writeStatus(status.json, .bigPeer, of: peer.metadata)
        self.cache.observe(written)
        return BigPeer(written)
    }

    /// When to come again after a write that failed.
    func requeue(after error: APIStatus, _ key: ObjectKey) -> Requeue {
        if error.reason == .notFound { return .whenChanged }
        if let requeue = Requeue(unremarkable: error) { return requeue }
        self.logger.error("BigPeer could not be written", metadata: ["key": "\(key)", "error": "\(error.label)"])
        return .retry
    }
}
