import Clocks
import JSON
import KubernetesModel
import Logging
import ResourceStore
import Synchronization

/// Collects what nobody owns any more, as the controller manager of a cluster does.
///
/// *Expected flow:* one per store, for all kinds that objects may own and be owned by; run it once. *Guarantees:* what
/// to do is decided on the store's own word, never on a cache: an owner counts as gone only when the store says so, and
/// an object is deleted only in the version that was decided on. *Errors:* none are thrown; what fails is tried again.
package final class GarbageCollector: Sendable {
    private let store: any ResourceStore
    private let kinds: [ResourceKind]
    private let time: any Time
    private let logger: Logger
    private let index = Mutex(OwnershipIndex())

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - store: Where the objects live.
    ///   - kinds: The kinds of owners and owned objects.
    ///   - time: The clock.
    ///   - logger: Told of what is collected.
    package init(store: any ResourceStore, kinds: [ResourceKind], time: any Time, logger: Logger) {
        self.store = store
        self.kinds = kinds
        self.time = time
        self.logger = logger
    }

    /// Collects until the task is cancelled.
    package func run() async {
        var configuration = ControllerConfiguration(name: "garbagecollector")
        configuration.concurrency = 8
        configuration.gracePeriod = .seconds(1)
        let controller = Controller<ObjectID>(configuration, time: self.time, logger: self.logger) {
            await self.collect($0)
        }
        await withTaskGroup { group in
            for kind in self.kinds {
                let follower = StoreFollower(
                    store: self.store,
                    kind: kind,
                    namespace: nil,
                    time: self.time,
                    logger: self.logger,
                    idleTimeout: self.store.watchSilence
                )
                group.addTask {
                    await follower.run { news in controller.enqueue(self.take(news, of: kind)) }
                }
            }
            await controller.run()
            group.cancelAll()
        }
    }

    private func take(_ news: StoreFollower.News, of kind: ResourceKind) -> [ObjectID] {
        self.index.withLock { index -> [ObjectID] in
            switch news {
            case .connected, .failed, .silent: return []
            case .listing:
                index.beginList(of: kind)
                return []
            case .page(let objects):
                index.add(objects, of: kind)
                return []
            case .listed: return index.endList(of: kind)
            case .events(let events):
                var ids: [ObjectID] = []
                for event in events { ids += self.take(event, of: kind, &index) }
                return ids
            }
        }
    }

    private func take(_ event: WatchEvent, of kind: ResourceKind, _ index: inout OwnershipIndex) -> [ObjectID] {
        switch event {
        case .added(let object), .modified(let object): index.take(object, of: kind, among: self.kinds)
        case .deleted(let object): index.remove(object, of: kind, among: self.kinds)
        case .bookmark: []
        }
    }

    private func collect(_ id: ObjectID) async -> Requeue {
        do throws(APIStatus) {
            try await self.decide(id)
            return .whenChanged
        } catch {
            // What has changed meanwhile is decided on anew.
            return .retry
        }
    }

    private func decide(_ id: ObjectID) async throws(APIStatus) {
        guard let object = try await self.get(id) else { return }
        let isWaiting = object.metadata.waiting != nil
        let decision = GarbageDecision.make(
            object.metadata,
            owners: isWaiting ? [:] : try await self.owners(of: object),
            dependents: isWaiting ? try await self.dependents(of: object) : []
        )
        try await self.carryOut(decision, object, id)
    }

    private func get(_ id: ObjectID) async throws(APIStatus) -> Object? {
        do throws(APIStatus) {
            return try await self.store.get(id.kind, id.key)
        } catch  where error.reason == .notFound {
            return nil
        }
    }

    private func carryOut(_ decision: GarbageDecision, _ object: Object, _ id: ObjectID) async throws(APIStatus) {
        switch decision {
        case .keep: break
        case .delete(let propagation):
            self.logger.debug("All owners are gone", metadata: ["kind": "\(id.kind.kind)", "object": "\(id.key)"])
            let version = Preconditions(uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
            do throws(APIStatus) {
                _ = try await self.store.delete(id.kind, id.key, preconditions: version, propagation: propagation)
            } catch  where error.reason == .notFound {}
        case .forget(let owners): _ = try await self.store.update(id.kind, object.without(owners: owners))
        case .awaitDependents(let dependents):
            for dependent in dependents { try await self.decide(dependent) }
        case .orphanDependents(let dependents):
            for dependent in dependents { try await self.orphan(dependent, from: object.metadata.uid) }
            // Nothing tells that the last of them has forgotten its owner, so this goes on at once.
            try await self.finish(.orphan, object, id)
        case .finish(let propagation): try await self.finish(propagation, object, id)
        }
    }

    private func finish(_ propagation: Propagation, _ object: Object, _ id: ObjectID) async throws(APIStatus) {
        var released = object
        released.metadata.finalizers.removeAll { $0 == propagation.finalizer }
        _ = try await self.store.update(id.kind, released)
    }

    private func orphan(_ id: ObjectID, from owner: String) async throws(APIStatus) {
        guard let object = try await self.get(id) else { return }
        do throws(APIStatus) {
            _ = try await self.store.update(id.kind, object.without(owners: [owner]))
        } catch  where error.reason == .notFound {}
    }

    /// What the store knows of an object's owners.
    private func owners(of object: Object) async throws(APIStatus) -> [String: GarbageDecision.Owner] {
        var owners: [String: GarbageDecision.Owner] = [:]
        for reference in object.metadata.owners {
            guard let id = reference.id(in: object.metadata.namespace, among: self.kinds) else {
                owners[reference.uid] = .present
                continue
            }
            let owner = try await self.get(id)
            let isSame = owner?.metadata.uid == reference.uid
            let isWaiting = owner?.metadata.waiting == .foreground
            owners[reference.uid] = !isSame ? .absent : isWaiting ? .waiting : .present
        }
        return owners
    }

    /// The owners of an object, and theirs, that wait for it: where things own each other in a ring, each is its own
    /// ancestor, and none would ever go if it waited for those.
    private func waitingAncestors(of object: Object) async throws(APIStatus) -> Set<String> {
        var ancestors: Set<String> = []
        var open = [object]
        while let next = open.popLast() {
            for reference in next.metadata.owners where reference.blocksOwnerDeletion {
                guard !ancestors.contains(reference.uid),
                    let id = reference.id(in: next.metadata.namespace, among: self.kinds),
                    let owner = try await self.get(id), owner.metadata.uid == reference.uid,
                    owner.metadata.waiting == .foreground
                else { continue }
                ancestors.insert(reference.uid)
                open.append(owner)
            }
        }
        return ancestors
    }

    /// What an object owns, but for what waits for the object itself.
    private func dependents(of object: Object) async throws(APIStatus) -> [GarbageDecision.Dependent] {
        let isInForeground = object.metadata.waiting == .foreground
        let ancestors: Set<String> = isInForeground ? try await self.waitingAncestors(of: object) : []
        let namespace = object.metadata.namespace.isEmpty ? nil : object.metadata.namespace
        var dependents: [GarbageDecision.Dependent] = []
        for kind in self.kinds {
            for other in try await self.store.list(kind, namespace: kind.isNamespaced ? namespace : nil).objects {
                guard let reference = other.metadata.owners.first(where: { $0.uid == object.metadata.uid }),
                    !ancestors.contains(other.metadata.uid)
                else { continue }
                dependents.append(
                    GarbageDecision.Dependent(
                        ObjectID(kind: kind, key: other.key),
                        blocks: reference.blocksOwnerDeletion,
                        isBeingDeleted: other.metadata.isBeingDeleted
                    )
                )
            }
        }
        return dependents
    }
}

extension Object {
    /// The object without some of its owners.
    fileprivate func without(owners: Set<String>) -> Object {
        var object = self
        object.metadata.ownerReferences.removeAll { owners.contains($0["uid"]?.string ?? "") }
        return object
    }
}
