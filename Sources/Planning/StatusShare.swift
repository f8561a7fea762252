import Clocks
import KubernetesModel
import Resources

/// Which part of a BigPeer's status one process writes, so that two never write the same.
///
/// | | `endpoint` | `embedded`, one process | `embedded`, in a cluster |
/// |---|---|---|---|
/// | `endpoints` | `whole` | `whole` | `host` |
/// | `peerKey` | | `whole` | `host` |
/// | `names` | `whole` | | |
/// | `Ready`, `Reconciling`, `Stalled`, `observedGeneration` | `whole` | `whole` | `host`; `whole` in place of a host that is not heard of |
/// | `Reachable`, `apps`, `lastHandledReconcileAt` | `whole` | `whole` | `onlooker` |
package enum StatusShare: Sendable, Hashable {
    /// All of it.
    case whole
    /// What the process knows that runs an embedded peer.
    case host
    /// What a process knows that speaks to an embedded peer of another process.
    case onlooker

    /// The conditions of this share.
    var conditions: Set<String> {
        let types: [ConditionType] =
            switch self {
            case .whole: [.ready, .reachable, .reconciling, .stalled]
            case .host: [.ready, .reconciling, .stalled]
            case .onlooker: [.reachable]
            }
        return Set(types.map(\.rawValue))
    }
}

extension BigPeer {
    /// Puts the conditions of one share into a status, and leaves those of others.
    func status(
        _ status: BigPeerStatus,
        with conditions: [Condition],
        of share: StatusShare,
        _ now: Timestamp
    ) -> BigPeerStatus {
        var status = status
        let ours = share.conditions
        let others = self.status.conditions.filter { !ours.contains($0.type) }
        // Always in one order, whoever wrote last.
        status.conditions = (conditions.filter { ours.contains($0.type) } + others).sorted { $0.rank < $1.rank }
            .timed(since: self.status.conditions, now: now.rfc3339)
        if share != .onlooker { status.observedGeneration = self.metadata.generation }
        return status
    }
}

extension Condition {
    private static let order: [ConditionType] = [.ready, .reachable, .reconciling, .stalled]

    fileprivate var rank: Int { Self.order.firstIndex { $0.rawValue == self.type } ?? Self.order.count }
}
