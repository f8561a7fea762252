import ControllerRuntime
import KubernetesModel

extension Requeue {
    /// When to come again after a write that the store refused, where the reason is one that needs nobody; `nil` when
    /// somebody should hear of it, and then `retry` is right.
    ///
    /// - Parameter error: What the store said.
    init?(unremarkable error: APIStatus) {
        switch error.reason {
        // The cache is behind; by the next run it has caught up.
        case .conflict: self = .retryAfter(.milliseconds(20))
        case .tooManyRequests,
            .serviceUnavailable where error.retryAfterSeconds != nil:
            // Spread, so that everybody whom the server sent away does not come back at once.
            self = .retryAfter(.seconds(min(error.retryAfterSeconds ?? 1, 120)) * Double.random(in: 1...1.25))
        default: return nil
        }
    }
}
