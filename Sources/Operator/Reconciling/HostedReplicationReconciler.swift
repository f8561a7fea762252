import Clocks
import ControllerRuntime
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources

/// Tells in the status of replications whether their data flows, as the embedded peers of one host of a cluster measure
/// it; all else about them is the controller's.
struct HostedReplicationReconciler: Sendable {
    let store: any ResourceStore
    let cache: Informer<BigPeerReplication>
    let bigPeer: @Sendable (ObjectKey) -> BigPeer?
    /// The values of `spec.embedded.host` that mean this host.
    let names: Set<String>
    /// How an app's replication is at a peer that runs here.
    let measurement: @Sendable (_ app: String, _ bigPeer: ObjectKey) -> ReplicationMeasurement?
    let time: any Time
    let logger: Logger

    func reconcile(_ key: ObjectKey) async -> Requeue {
        guard let replication = self.cache.get(key),
            let status = replication.status(telling: self.sight(of: replication), now: self.time.now())
        else { return .whenChanged }
        do throws(APIStatus) {
            let kind = ResourceKind.bigPeerReplication
            self.cache.observe(try await self.store.writeStatus(status.json, kind, of: replication.metadata))
            return .whenChanged
        } catch {
            if error.reason == .notFound { return .whenChanged }
            if let requeue = Requeue(unremarkable: error) { return requeue }
            self.logger.error(
                "what a peer measures could not be told",
                metadata: ["key": "\(key)", "error": "\(error.label)"]
            )
            return .retry
        }
    }

    private func sight(of replication: BigPeerReplication) -> ReplicationSight {
        guard let peer = self.bigPeer(replication.bigPeerKey), let embedded = peer.spec.embedded,
            self.names.contains(embedded.host)
        else { return .toldByHost }
        if let measurement = self.measurement(replication.app, peer.key) { return .measured(measurement) }
        // One that is about to run, maybe again, says more by what it said last.
        return peer.status.conditions[.ready]?.status == .false ? .unmeasured : .toldByHost
    }
}
