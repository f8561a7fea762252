import ControllerRuntime
import KubernetesModel
import Planning
import Resources
import Synchronization

/// Tells on a person's screen how resources come along: one line when a resource becomes ready, or says why not.
final class Narrator: Sendable {
    /// After so many lines a person no longer reads them; the log and `peerage status` still tell all.
    private static let maximumLines = 60

    private let write: @Sendable (String) -> Void
    private let lines = Mutex(0)

    init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    func follow(_ caches: ResourceCaches) {
        caches.bigPeers.subscribe { changes in
            for change in changes { self.tell(.bigPeer, change) { $0.status.conditions } }
        }
        caches.apps.subscribe { changes in
            for change in changes { self.tell(.bigPeerApp, change) { $0.conditions } }
        }
        caches.replications.subscribe { changes in
            for change in changes { self.tell(.bigPeerReplication, change) { $0.conditions } }
        }
        caches.topologies.subscribe { changes in
            for change in changes { self.tell(.replicationTopology, change) { $0.status.conditions } }
        }
    }

    private func tell<Value>(
        _ kind: ResourceKind,
        _ change: InformerChange<Value>,
        _ conditions: (Value) -> [Condition]
    ) {
        // What was stored by an earlier process has not been checked by this one.
        guard !change.isInitial else { return }
        let before = change.old.map(conditions)?[.ready]
        guard let new = change.new else { return self.say("-", kind, change.key, "gone") }
        guard let ready = conditions(new)[.ready], before?.status != ready.status || before?.reason != ready.reason
        else { return }
        switch (ready.status, before?.status) {
        case (.true, _): self.say("✔", kind, change.key, ready.message)
        case (_, .true): self.say("✘", kind, change.key, "\(ready.reason): \(ready.message)")
        // What has never been ready is under way; it is told when it gets there, or when all else has settled.
        default: break
        }
    }

    private func say(_ mark: String, _ kind: ResourceKind, _ key: ObjectKey, _ text: String) {
        let line = self.lines.withLock { lines -> String? in
            lines += 1
            if lines < Self.maximumLines { return "\(mark) \(kind.kind) \(key): \(text)" }
            return lines == Self.maximumLines ? "… and more; `peerage status` shows all" : nil
        }
        if let line { self.write(line) }
    }
}
