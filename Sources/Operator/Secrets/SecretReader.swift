import ControllerRuntime
import KubernetesModel
import ResourceStore
import Synchronization

/// Secrets read one by one, when a BigPeer names them and whenever that BigPeer is looked at.
///
/// Reading by name takes the right to `get` and no other: nobody who has these rights can list what else there is. A
/// changed Secret is seen with the next look at a BigPeer that names it, a minute later at most.
///
/// *Guarantees:* a failed read keeps the values that were read before; what no BigPeer names any more is forgotten.
final class SecretReader: SecretSource {
    private struct Entry {
        var data: SecretData?
        var problem: String?
    }

    private struct State {
        var entries: [ObjectKey: Entry] = [:]
        var subscribers: [@Sendable (ObjectKey) -> Void] = []
    }

    private let store: any ResourceStore
    private let named: @Sendable () -> Set<ObjectKey>
    private let state = Mutex(State())

    /// Creates a reader that has read nothing.
    ///
    /// - Parameters:
    ///   - store: Where the Secrets are.
    ///   - named: The Secrets that some BigPeer names; asked for once with every reading.
    init(store: any ResourceStore, named: @escaping @Sendable () -> Set<ObjectKey>) {
        self.store = store
        self.named = named
    }

    func get(_ key: ObjectKey) -> SecretData? { self.state.withLock { $0.entries[key]?.data } }

    func problem(_ key: ObjectKey) -> String? { self.state.withLock { $0.entries[key]?.problem } }

    func subscribeToKeys(_ subscriber: @escaping @Sendable (ObjectKey) -> Void) {
        self.state.withLock { $0.subscribers.append(subscriber) }
    }

    func require(_ keys: Set<ObjectKey>) async {
        await self.refresh(self.state.withLock { state in keys.filter { state.entries[$0] == nil } })
    }

    func refresh(_ keys: Set<ObjectKey>) async {
        for key in keys {
            do throws(APIStatus) {
                let object = try await self.store.get(.secret, key)
                self.take(Entry(data: SecretData(object)), for: key)
            } catch {
                let known = self.get(key)
                switch error.reason {
                case .notFound: self.take(Entry(), for: key)
                default: self.take(Entry(data: known, problem: error.message), for: key)
                }
            }
        }
    }

    /// Reading by name needs no start.
    var hasSynced: Bool { true }

    func untilSynced() async throws(CancellationError) {}

    func run() async {}

    private func take(_ entry: Entry, for key: ObjectKey) {
        let named = self.named()
        let subscribers = self.state.withLock { state in
            let before = state.entries[key]
            state.entries[key] = entry
            state.entries = state.entries.filter { $0.key == key || named.contains($0.key) }
            // The first reading tells nobody anything new: whoever asked for it waits for it.
            return before == nil || before?.data == entry.data ? [] : state.subscribers
        }
        for subscriber in subscribers { subscriber(key) }
    }
}
