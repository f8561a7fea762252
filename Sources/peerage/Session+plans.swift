import Console
import KubernetesModel
import Operator
import Planning
import ResourceStore

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
        return try await planner.plans(for: objects, deleting: doomed).map { PlanText($0.kind, $0.key, $0.plan) }
    }
}
