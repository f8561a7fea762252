import Console
import KubernetesModel
import Operator
import Planning
import ResourceStore
import Resources

extension Session {
    /// What the controller would send for objects that are applied and others that are pruned, made with the
    /// controller's own line.
    func plans(for objects: [Object], pruning prune: PrunePlan? = nil) async throws(APIStatus) -> [PlanText] {
        var doomed: [Object] = []
        for entry in prune?.doomed ?? [] {
            do throws(APIStatus) {
                doomed.append(try await self.store.get(entry.kind, entry.entry.key))
            } catch {
                // Gone since it was planned for.
                guard error.reason == .notFound else { throw error }
            }
        }
        let planner = RemotePlanner(
            store: self.store,
            tokenFiles: self.tokenFiles,
            exchange: self.exchange,
            time: self.time
        )
        // A replication that a topology would make is in no file.
        var bigPeers: [ResourceKind: [ObjectKey: ObjectKey]] = [:]
        for object in objects + doomed {
            switch object.kind {
            case ResourceKind.bigPeerApp.kind:
                bigPeers[.bigPeerApp, default: [:]][object.key] = BigPeerApp(object).bigPeerKey
            case ResourceKind.bigPeerReplication.kind:
                bigPeers[.bigPeerReplication, default: [:]][object.key] = BigPeerReplication(object).bigPeerKey
            default: break
            }
        }
        return try await planner.plans(for: objects, deleting: doomed).map { plan in
            PlanText(plan.kind, plan.key, at: bigPeers[plan.kind]?[plan.key], plan.plan)
        }
    }
}
