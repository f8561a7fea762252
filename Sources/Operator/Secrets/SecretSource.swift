import ControllerRuntime
import KubernetesModel

/// Where the values of Secrets come from.
///
/// In one process with its store, all Secrets are watched; in a cluster each is read by its name, which takes no right
/// but `get`.
protocol SecretSource: Sendable {
    /// A Secret's values, as they are known; `nil` when there is no such Secret or it cannot be read.
    func get(_ key: ObjectKey) -> SecretData?

    /// Why a Secret is not known although it may be there.
    func problem(_ key: ObjectKey) -> String?

    /// Makes sure that what is known is not old; tells subscribers of what has changed.
    func refresh(_ keys: Set<ObjectKey>) async

    /// Makes sure that everything has been read once.
    func require(_ keys: Set<ObjectKey>) async

    /// Hears of every Secret that changed, from now on.
    func subscribeToKeys(_ subscriber: @escaping @Sendable (ObjectKey) -> Void)

    /// Whether the absence of a Secret means something.
    var hasSynced: Bool { get }

    /// Waits until the absence of a Secret means something.
    func untilSynced() async throws(CancellationError)

    /// Follows the store until the task is cancelled.
    func run() async
}

extension Informer: SecretSource where Value == SecretData {
    func problem(_ key: ObjectKey) -> String? { nil }

    func refresh(_ keys: Set<ObjectKey>) async {}

    func require(_ keys: Set<ObjectKey>) async {}

    func subscribeToKeys(_ subscriber: @escaping @Sendable (ObjectKey) -> Void) {
        self.subscribe { changes in
            for change in changes { subscriber(change.key) }
        }
    }
}
