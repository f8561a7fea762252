import Clocks
import KubernetesModel
import ResourceStore
import Synchronization

/// One object that is waited for.
package struct WaitTarget: Sendable, Hashable {
    /// The kind.
    package let kind: ResourceKind
    /// The key.
    package let key: ObjectKey
    /// The uid, when another object of the same name does not count.
    package let uid: String

    /// Creates a target.
    package init(kind: ResourceKind, key: ObjectKey, uid: String = "") {
        self.kind = kind
        self.key = key
        self.uid = uid
    }

    /// `bigpeer.peerage.dev/berlin`.
    package var label: String { self.kind.label(of: self.key.name) }
}

/// Who is still waited for, and what each lacks: a pure value that news is told to.
package struct WaitLedger: Sendable {
    /// What each target lacks.
    package private(set) var pending: [WaitTarget: String]
    /// The targets as they were seen last.
    package private(set) var objects: [WaitTarget: Object] = [:]
    private let condition: WaitCondition

    /// Creates a ledger in which nobody was seen yet.
    package init(_ targets: [WaitTarget], condition: WaitCondition) {
        self.pending = Dictionary(targets.map { ($0, "it was not seen") }) { first, _ in first }
        self.condition = condition
    }

    /// Takes news of one kind.
    ///
    /// - Parameter news: What a follower told.
    /// - Returns: The targets that are now as they should be, in the order of their keys.
    package mutating func take(_ news: News) -> [WaitTarget] {
        switch news {
        case .all(let objects):
            let byKey = Dictionary(objects.map { ($0.key, $0) }) { first, _ in first }
            return self.settle { byKey[$0.key] }
        case .changes(let changes):
            var met: [WaitTarget] = []
            for change in changes {
                switch change {
                case .present(let object): met += self.settle(object.key, object)
                case .gone(let object): met += self.settle(object.key, nil)
                }
            }
            return met
        }
    }

    private mutating func settle(_ key: ObjectKey, _ object: Object?) -> [WaitTarget] {
        self.settle(only: key) { _ in object }
    }

    private mutating func settle(only key: ObjectKey? = nil, _ object: (WaitTarget) -> Object?) -> [WaitTarget] {
        var met: [WaitTarget] = []
        for target in self.pending.keys.filter({ key == nil || $0.key == key }).sorted(by: { $0.key < $1.key }) {
            let found = object(target).flatMap { target.uid.isEmpty || $0.metadata.uid == target.uid ? $0 : nil }
            self.objects[target] = found
            switch self.condition.progress(of: found) {
            case .met:
                self.pending[target] = nil
                met.append(target)
            case .pending(let cause): self.pending[target] = cause
            }
        }
        return met
    }
}

/// Waits until objects are as they should be.
package struct Waiter: Sendable {
    private let store: any ResourceStore
    private let time: any Time

    /// Creates a waiter.
    package init(store: any ResourceStore, time: any Time) {
        self.store = store
        self.time = time
    }

    /// Waits for all targets.
    ///
    /// - Parameters:
    ///   - condition: What they should be.
    ///   - targets: Who is waited for.
    ///   - limit: For how long; `nil` is for ever, and zero looks only once.
    ///   - onMet: Told of each target when it is so.
    /// - Returns: One ledger for each kind and namespace; all of them empty when everybody got there in time.
    /// - Throws: An `APIStatus` when the store cannot be read.
    package func wait(
        for condition: WaitCondition,
        _ targets: [WaitTarget],
        within limit: Duration?,
        onMet: @escaping @Sendable (WaitTarget) -> Void
    ) async throws -> [WaitLedger] {
        struct Place: Hashable {
            let kind: ResourceKind
            let namespace: String
        }
        let places = Dictionary(grouping: targets) { Place(kind: $0.kind, namespace: $0.key.namespace) }
        return try await withThrowingTaskGroup(of: WaitLedger.self) { group in
            for (place, targets) in places {
                let namespace = place.namespace.isEmpty ? nil : place.namespace
                let follower = Follower(place.kind, in: namespace, store: self.store, time: self.time)
                group.addTask {
                    let ledger = LedgerBox(WaitLedger(targets, condition: condition))
                    _ = try await self.time.run(within: limit == .zero ? nil : limit) {
                        try await follower.follow { news in
                            for target in ledger.take(news) { onMet(target) }
                            return limit != .zero && !ledger.value.pending.isEmpty
                        }
                    }
                    return ledger.value
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// A ledger that outlives the work that was cut short.
private final class LedgerBox: Sendable {
    private let ledger: Mutex<WaitLedger>

    init(_ ledger: WaitLedger) {
        self.ledger = Mutex(ledger)
    }

    var value: WaitLedger { self.ledger.withLock(\.self) }

    func take(_ news: News) -> [WaitTarget] { self.ledger.withLock { $0.take(news) } }
}
