import Clocks
import DequeModule
import KubernetesModel
import Lifecycle
import Logging
import ResourceStore
import Synchronization

/// A live, typed copy of all objects of one kind, with indexes and notices of change.
///
/// *Expected flow:* `subscribe`, then `run()` in a task of its own; wait for `untilSynced()` of *every* informer that a
/// reconcile reads before acting on the absence of anything; after each own write, `observe` its result.
///
/// *Guarantees:*
/// - What `InformerCache` guarantees: read your writes, no resurrection, no change without a new version.
/// - List, then watch from the list's version; an expired watch lists again, and the new list replaces the old content
///   in one step, with deletions for what went meanwhile. A failed list changes nothing.
/// - Subscribers hear of changes in the order in which the cache took them, in batches, one call at a time, and
///   outside of any lock; when one is called, the cache already holds the change.
/// - Errors, and watches that end at once, wait 0.8 s to 30 s with jitter: no hot loop.
///
/// *Errors:* none are thrown. `status` tells how long the store has been silent, for a readiness check.
package final class Informer<Value: Sendable>: Sendable {
    /// What hears of changes.
    package typealias Subscriber = @Sendable ([InformerChange<Value>]) -> Void

    private struct Delivery: Sendable {
        let changes: [InformerChange<Value>]
        let subscribers: [Subscriber]
    }

    private struct State: Sendable {
        /// By namespace; under `Informer.everything` when all namespaces are followed as one.
        var parts: [String: InformerPart<Value>]
        var subscribers: [Subscriber] = []
        /// Changes that the cache has taken and subscribers have not heard of yet.
        var outbox = Deque<Delivery>()
        var isDelivering = false
    }

    private let state: Mutex<State>
    private let synced = Latch<Void>()
    private let time: any Time
    private let decode: @Sendable (Object, _ earlier: Value?) -> Value
    private let followers: [String: StoreFollower]

    private static var everything: String { "" }

    /// Creates an informer with an empty cache.
    ///
    /// - Parameters:
    ///   - store: Where the objects live.
    ///   - kind: Which objects.
    ///   - namespaces: In which namespaces, each listed and watched by itself; empty is all, followed as one.
    ///   - time: The clock.
    ///   - logger: Told when the store fails and when it is back.
    ///   - idleTimeout: After how long without even a bookmark a watch is taken for dead and all objects are listed
    ///     anew; `nil` leaves it to the store.
    ///   - indexes: What `keys(index:value:)` looks up.
    ///   - decode: Makes the value that is kept, with the one of an earlier version of the object at hand; the object
    ///     itself is not kept.
    package init(
        store: any ResourceStore,
        kind: ResourceKind,
        namespaces: [String] = [],
        time: any Time,
        logger: Logger,
        idleTimeout: Duration? = nil,
        indexes: [InformerIndex<Value>] = [],
        decode: @escaping @Sendable (Object, _ earlier: Value?) -> Value
    ) {
        let parts = namespaces.isEmpty ? [Self.everything] : namespaces
        let part = InformerPart(cache: InformerCache(indexes: indexes, decode: decode))
        self.state = Mutex(State(parts: Dictionary(parts.map { ($0, part) }) { first, _ in first }))
        self.time = time
        self.decode = decode
        let followers = parts.map { name in
            let follower = StoreFollower(
                store: store,
                kind: kind,
                namespace: name == Self.everything ? nil : name,
                time: time,
                logger: logger,
                idleTimeout: idleTimeout ?? store.watchSilence
            )
            return (name, follower)
        }
        self.followers = Dictionary(followers) { first, _ in first }
    }

    /// One object.
    package func get(_ key: ObjectKey) -> Value? {
        self.held(key)?.value
    }

    /// Looks at one object without making a copy of all of it.
    package func look<Result>(at key: ObjectKey, _ body: (Value) -> Result) -> Result? {
        self.held(key).map { body($0.value) }
    }

    /// All objects, in no order.
    package var all: [Value] {
        self.state.withLock { $0.parts.values.flatMap { $0.cache.entries.values.map(\.held.value) } }
    }

    /// The keys of all objects, in no order.
    package var keys: [ObjectKey] {
        self.state.withLock { $0.parts.values.flatMap(\.cache.entries.keys) }
    }

    /// How many objects there are.
    package var count: Int { self.state.withLock { $0.parts.values.reduce(0) { $0 + $1.cache.entries.count } } }

    /// The keys of the objects that an index finds under a value, in no order.
    package func keys(index: InformerIndex<Value>, value: String) -> [ObjectKey] {
        self.state.withLock { $0.parts.values.flatMap { $0.cache.keys(index: index, value: value) } }
    }

    /// Whether all objects have been read once.
    package var hasSynced: Bool { self.synced.isOpen }

    /// Waits until all objects have been read once.
    package func untilSynced() async throws(CancellationError) {
        try await self.synced.wait()
    }

    /// How well the informer is.
    package var status: InformerStatus {
        self.state.withLock { InformerStatus(worst: $0.parts.values.map(\.status)) }
    }

    /// Hears of every change from now on, and first of all that is there as new.
    package func subscribe(_ subscriber: @escaping Subscriber) {
        self.change { state in
            state.subscribers.append(subscriber)
            let present = state.parts.values.flatMap(\.cache.entries).map {
                InformerChange(key: $0.key, old: nil, new: $0.value.held.value, isInitial: true)
            }
            if !present.isEmpty { state.outbox.append(Delivery(changes: present, subscribers: [subscriber])) }
            return []
        }
    }

    /// Takes the result of an own create or update, so that a `get` after it does not read the state before it.
    ///
    /// - Parameter object: The object as the store returned it.
    /// - Returns: Its value, which need not be what is held: others may have written since.
    @discardableResult
    package func observe(_ object: Object) -> Value {
        let part = self.part(of: object.key)
        let held = self.state.withLock { $0.parts[part]?.cache.held(object) }
        guard let held else { return self.decode(object, nil) }
        self.change { state in state.parts[part]?.cache.observe(held, for: object.key).map { [$0] } ?? [] }
        return held.value
    }

    /// Takes the result of an own deletion.
    package func observe(_ result: DeletionResult) {
        switch result {
        case .marked(let object): self.observe(object)
        case .gone(let object):
            let part = self.part(of: object.key)
            self.change { state in state.parts[part]?.cache.observeDeletion(object).map { [$0] } ?? [] }
        }
    }

    /// Follows the store until the task is cancelled.
    package func run() async {
        await withTaskGroup { group in
            for (part, follower) in self.followers {
                group.addTask { await follower.run { news in self.take(news, of: part) } }
            }
        }
    }

    private func held(_ key: ObjectKey) -> InformerCache<Value>.Held? {
        self.state.withLock { $0.parts[self.part(of: key)]?.cache.entries[key]?.held }
    }

    private func part(of key: ObjectKey) -> String {
        self.followers[Self.everything] != nil ? Self.everything : key.namespace
    }

    private func take(_ news: StoreFollower.News, of part: String) {
        let now = self.time.monotonicNow
        self.change { state in state.parts[part]?.take(news, now: now) ?? [] }
        guard case .listed = news else { return }
        if self.state.withLock({ $0.parts.values.allSatisfy(\.status.hasSynced) }) { self.synced.open() }
    }

    /// The one way to change the state: under the lock the cache changes and the outbox grows; outside of it one
    /// thread at a time empties the outbox, which keeps the order.
    private func change(_ body: (inout State) -> [InformerChange<Value>]) {
        let mustDeliver = self.state.withLock { state in
            let changes = body(&state)
            if !changes.isEmpty, !state.subscribers.isEmpty {
                state.outbox.append(Delivery(changes: changes, subscribers: state.subscribers))
            }
            guard !state.outbox.isEmpty, !state.isDelivering else { return false }
            state.isDelivering = true
            return true
        }
        guard mustDeliver else { return }
        while let delivery = self.nextDelivery() {
            for subscriber in delivery.subscribers { subscriber(delivery.changes) }
        }
    }

    private func nextDelivery() -> Delivery? {
        self.state.withLock { state in
            let delivery = state.outbox.popFirst()
            if delivery == nil { state.isDelivering = false }
            return delivery
        }
    }
}

/// One part of the store, a namespace or all of it, and how well it is known.
private struct InformerPart<Value: Sendable>: Sendable {
    var cache: InformerCache<Value>
    var status = InformerStatus()

    mutating func take(_ news: StoreFollower.News, now: Duration) -> [InformerChange<Value>] {
        switch news {
        case .failed(let error, let failures):
            self.status.failures = failures
            self.status.lastError = error.message
            self.status.lastReason = error.reason
            return []
        case .connected:
            self.status.heard(now)
            return []
        case .silent:
            self.status.silences += 1
            return []
        case .listing:
            self.cache.beginList()
            return []
        case .page(let objects):
            self.cache.add(objects)
            return []
        case .listed(let version):
            self.status.heard(now)
            self.status.lists += 1
            self.status.hasSynced = true
            return self.cache.endList(version: version)
        case .events(let events):
            self.status.heard(now)
            return self.cache.apply(events)
        }
    }
}

extension InformerStatus {
    /// What several parts have in common: as little as the one of which least is known.
    fileprivate init(worst parts: [InformerStatus]) {
        self.hasSynced = parts.allSatisfy(\.hasSynced)
        self.lastHeard = parts.contains { $0.lastHeard == nil } ? nil : parts.compactMap(\.lastHeard).min()
        self.failures = parts.map(\.failures).max() ?? 0
        self.silences = parts.reduce(0) { $0 + $1.silences }
        self.lists = parts.reduce(0) { $0 + $1.lists }
        self.lastError = parts.lazy.compactMap(\.lastError).first
        self.lastReason = parts.lazy.compactMap(\.lastReason).first
    }

    fileprivate mutating func heard(_ now: Duration) {
        self.lastHeard = now
        self.failures = 0
        self.lastError = nil
        self.lastReason = nil
    }
}
