import Clocks
import ControllerRuntime
import KubernetesModel
import Planning
import Resources

extension PeerageOperator {
    /// How long everything must be quiet before it counts as settled: long enough for a change to reach its queue.
    private static let quiet = Duration.milliseconds(150)
    private static let look = Duration.milliseconds(25)

    /// Waits until every resource is as its spec says, or nothing will change any more without a person.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait at most.
    ///   - time: The clock.
    /// - Returns: What is not as its spec says, a line each.
    /// - Throws: When the task is cancelled.
    func settle(within timeout: Duration, time: any Time) async throws(CancellationError) -> [String] {
        try await self.caches.untilSynced()
        let deadline = time.monotonicNow + timeout
        var quietSince: Duration?
        while true {
            let now = time.monotonicNow
            quietSince = self.isIdle ? quietSince ?? now : nil
            // Looking at everything takes long with many resources, and is of no use while there is work.
            if now >= deadline { return self.unsettled.map(\.line) }
            if let since = quietSince, now - since >= Self.quiet {
                let unsettled = self.unsettled
                if unsettled.allSatisfy(\.isStalled) { return unsettled.map(\.line) }
                quietSince = nil
            }
            try await time.sleep(for: Self.look)
        }
    }

    private struct Unsettled {
        let line: String
        let isStalled: Bool
    }

    private var unsettled: [Unsettled] {
        self.caches.bigPeers.all.compactMap {
            Self.unsettled(.bigPeer, $0.metadata, $0.status.observedGeneration, $0.status.conditions)
        }
            + self.caches.apps.all.compactMap {
                Self.unsettled(.bigPeerApp, $0.metadata, $0.status.observedGeneration, $0.conditions)
            }
            + self.caches.replications.all.compactMap {
                Self.unsettled(.bigPeerReplication, $0.metadata, $0.status.observedGeneration, $0.conditions)
            }
            + self.caches.topologies.all.compactMap {
                Self.unsettled(.replicationTopology, $0.metadata, $0.status.observedGeneration, $0.status.conditions)
            }
    }

    private static func unsettled(
        _ kind: ResourceKind,
        _ metadata: ObjectMeta,
        _ observedGeneration: Int64,
        _ conditions: [Condition]
    ) -> Unsettled? {
        let ready = conditions[.ready]
        let isCurrent = observedGeneration == metadata.generation && !metadata.isBeingDeleted
        if isCurrent, ready?.status == .true || ready?.reason == Reason.suspended.rawValue { return nil }
        let why = metadata.isBeingDeleted ? "being deleted" : ready?.reason ?? "not looked at yet"
        let message = ready.map { ": \($0.message)" } ?? ""
        return Unsettled(
            line: "\(kind.kind) \(metadata.key) is not ready (\(why))\(message)",
            isStalled: isCurrent && conditions[.stalled]?.status == .true
        )
    }
}
