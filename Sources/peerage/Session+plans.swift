import Console
import KubernetesModel
import Operator

extension Session {
    /// What the controller would send for objects, made with the controller's own line.
    func plans(for objects: [Object]) async throws(APIStatus) -> [PlanText] {
        let planner = RemotePlanner(store: self.store, exchange: self.exchange, time: self.time)
        return try await planner.plans(for: objects).map { PlanText($0.kind, $0.key, $0.plan) }
    }
}
