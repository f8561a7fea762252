import Clocks
import KubernetesModel
import Planning
import ResourceStore
import Resources

/// Deletes what an inventory applied before and the files no longer hold.
package struct Pruner: Sendable {
    /// What became of one object.
    package enum Result: Sendable, Hashable {
        /// It is gone.
        case pruned
        /// Its deletion was asked for, and its finalizers have yet to be dealt with.
        case marked
        /// The server refused.
        case failed(APIStatus)
        /// It stays for now, because what may need it is still there.
        case postponed
    }

    private let store: any ResourceStore
    private let book: InventoryBook
    private let time: any Time

    /// Creates a pruner.
    package init(_ book: InventoryBook, store: any ResourceStore, time: any Time) {
        self.book = book
        self.store = store
        self.time = time
    }

    /// Looks at what is there and decides what goes.
    ///
    /// - Parameters:
    ///   - set: What the inventory holds.
    ///   - declared: What the files hold.
    ///   - failures: How many objects could not be applied.
    ///   - maximumDeletes: What the user allows at once; `nil` for the larger of 10 and a fifth.
    /// - Returns: The decision.
    /// - Throws: What the server says: a failed reading is never taken for "not there".
    package func plan(
        _ set: AppliedSet,
        declared: Set<Inventory.Entry>,
        failures: Int = 0,
        maximumDeletes: Int?
    ) async throws(APIStatus) -> PrunePlan {
        let missing = set.entries.subtracting(declared).sorted()
        var live: [Inventory.Entry: Object] = [:]
        for entry in missing {
            guard let kind = entry.resourceKind else { continue }
            do throws(APIStatus) {
                live[entry] = try await self.store.get(kind, entry.key)
            } catch {
                guard error.reason == .notFound else { throw error }
            }
        }
        let holders = live.isEmpty ? [:] : try await self.book.otherHolders(of: missing)
        return PrunePlan(
            set,
            declared: declared,
            live: live,
            holders: holders,
            failures: failures,
            maximumDeletes: maximumDeletes
        )
    }

    /// Carries a plan out.
    ///
    /// Secrets and the like go last, once what may need them is gone: a replication is deleted at its Big Peer with the
    /// token of a Secret.
    ///
    /// - Parameters:
    ///   - plan: The decision.
    ///   - limit: How long to wait until what may need others is gone; `nil` in a rehearsal, where nothing goes.
    ///   - tell: Told of every object as it is dealt with.
    /// - Returns: The entries of which nothing is left.
    /// - Throws: What the server says when it cannot be asked any more.
    package func carryOut(
        _ plan: PrunePlan,
        within limit: Duration?,
        _ tell: @escaping @Sendable (Inventory.Entry, Result) -> Void
    ) async throws -> [Inventory.Entry] {
        var finished: [Inventory.Entry] = []
        let managed = plan.doomed.filter { CommandKinds.managed.contains($0.kind) }
        let others = plan.doomed.filter { !CommandKinds.managed.contains($0.kind) }
        var waiting: [WaitTarget: Inventory.Entry] = [:]
        for doomed in managed {
            let result = try await self.delete(doomed)
            if result == .pruned { finished.append(doomed.entry) }
            if result == .marked {
                waiting[WaitTarget(kind: doomed.kind, key: doomed.entry.key, uid: doomed.uid)] = doomed.entry
            }
            tell(doomed.entry, result)
        }
        guard !others.isEmpty else { return finished }
        for entry in plan.leaving {
            guard let kind = entry.resourceKind else { continue }
            waiting[WaitTarget(kind: kind, key: entry.key)] = entry
        }
        var isClear = true
        if let limit, !waiting.isEmpty {
            let ledgers = try await Waiter(store: self.store, time: self.time)
                .wait(for: .deletion, Array(waiting.keys), within: limit) { _ in }
            let pending = Set(ledgers.flatMap { $0.pending.keys })
            finished += waiting.filter { !pending.contains($0.key) }.map(\.value)
            isClear = pending.isEmpty
        }
        for doomed in others {
            let result = isClear ? try await self.delete(doomed) : .postponed
            if result == .pruned { finished.append(doomed.entry) }
            tell(doomed.entry, result)
        }
        return finished
    }

    private func delete(_ doomed: PrunePlan.Doomed) async throws(APIStatus) -> Result {
        do throws(APIStatus) {
            let result = try await self.store.delete(
                doomed.kind,
                doomed.entry.key,
                preconditions: Preconditions(uid: doomed.uid)
            )
            return switch result {
            case .gone: .pruned
            case .marked: .marked
            }
        } catch {
            if error.reason == .notFound { return .pruned }
            guard Verdict(of: error) == .no || error.reason == .forbidden else { throw error }
            return .failed(error)
        }
    }
}
