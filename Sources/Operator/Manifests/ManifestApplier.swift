import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources
import SQLiteStore

/// Makes objects of a store as their manifests declare them.
struct ManifestApplier: Sendable {
    /// What became of one object.
    enum Applied: Sendable {
        /// It was not there.
        case created(Object)
        case configured
        case unchanged
        case failed(String)
    }

    /// How often to begin anew when others write the object at the same time.
    private static let attempts = 5

    let store: SQLiteStore
    let logger: Logger
    let tell: @Sendable (EventNote) -> Void

    /// Applies objects in the order in which they need one another, many at once within a kind.
    func apply(
        _ stages: [ManifestReader.Stage],
        _ note: (ManifestReader.Declared, Inventory.Entry, Applied) -> Void
    ) async {
        for stage in stages {
            for batch in stage {
                for (declared, applied) in await self.apply(batch, of: stage.kind) {
                    let entry = Inventory.Entry(declared.object)
                    self.log(applied, entry)
                    note(declared, entry, applied)
                }
            }
        }
    }

    private func log(_ applied: Applied, _ entry: Inventory.Entry) {
        switch applied {
        case .created: self.logger.debug("object created", metadata: ["object": "\(entry)"])
        case .configured: self.logger.info("object configured", metadata: ["object": "\(entry)"])
        case .unchanged, .failed: break
        }
    }

    private typealias Fate = (declared: ManifestReader.Declared, applied: Applied)

    /// Applies some objects of a kind: one read finds out which are there, one write makes those that are not, and the
    /// others are compared side by side, so that what is written shares the store's commits.
    private func apply(_ batch: [ManifestReader.Declared], of kind: ResourceKind) async -> [Fate] {
        let live: [ObjectKey: Object]
        do throws(APIStatus) {
            live = try await self.store.get(kind, batch.map(\.object.key))
        } catch {
            return batch.map { ($0, .failed(error.message)) }
        }
        var fates: [Fate] = []
        var present = batch.filter { live[$0.object.key] != nil }
        let missing = batch.filter { live[$0.object.key] == nil }
        let results = await self.store.create(kind, missing.map { Self.creation(of: $0.object) })
        for (declared, result) in zip(missing, results) {
            switch result {
            case .success(let object): fates.append((declared, .created(object)))
            case .failure(let error) where error.reason == .alreadyExists: present.append(declared)
            case .failure(let error): fates.append((declared, .failed(error.message)))
            }
        }
        await withTaskGroup(of: Fate.self) { group in
            for declared in present {
                group.addTask { (declared, await self.apply(declared, to: live[declared.object.key])) }
            }
            for await fate in group { fates.append(fate) }
        }
        return fates
    }

    /// An object as it is created: with the finalizer that its controller would add first of all.
    private static func creation(of declared: Object) -> Object {
        var object = ThreeWayMerge.creation(of: declared)
        let kinds: [ResourceKind] = [.bigPeerApp, .bigPeerReplication]
        if kinds.contains(where: { $0.kind == object.kind }), !object.metadata.finalizers.contains(PeerageAPI.finalizer)
        {
            object.metadata.finalizers.append(PeerageAPI.finalizer)
        }
        // As an API server does.
        if object.kind == ResourceKind.secret.kind, object.content["type"] == nil { object.content["type"] = "Opaque" }
        return object
    }

    /// Applies one object.
    ///
    /// - Parameters:
    ///   - declared: The object.
    ///   - live: The object in the store as it was a moment ago; `nil` to look anew.
    /// - Returns: What became of it.
    private func apply(_ declared: ManifestReader.Declared, to live: Object?) async -> Applied {
        var live = live
        do throws(APIStatus) {
            // Others may write the object at the same time; what is declared wins over what they do in between.
            for _ in 0..<Self.attempts {
                do throws(APIStatus) {
                    return try await self.applyOnce(declared, to: live)
                } catch  where error.reason == .conflict || error.reason == .alreadyExists {
                    live = nil
                }
            }
            return .failed("others keep changing it")
        } catch {
            return .failed(error.message)
        }
    }

    private func applyOnce(
        _ declared: ManifestReader.Declared,
        to known: Object?
    ) async throws(APIStatus) -> Applied {
        let live: Object
        do throws(APIStatus) {
            live =
                if let known { known } else { try await self.store.get(declared.kind, declared.object.key) }
        } catch  where error.reason == .notFound {
            return .created(try await self.store.create(declared.kind, Self.creation(of: declared.object)))
        }
        guard !live.metadata.isBeingDeleted else {
            return .failed(
                "it is being deleted, and is made anew once it is gone: \(declared.manifest.place) declares it; to "
                    + "delete it for good, delete it there"
            )
        }
        var merged = ThreeWayMerge.apply(declared.object, to: live)
        guard merged != live else { return .unchanged }
        // Whoever owned fields of it until now does so no more: the folder wins.
        merged.metadata.other["managedFields"] = nil
        let problems = declared.problems(replacing: live, with: merged)
        guard problems.isEmpty else {
            self.tell(EventNote(about: .init(live), .warning, reason: .manifestRefused, problems))
            return .failed(problems)
        }
        _ = try await self.store.update(declared.kind, merged)
        return .configured
    }
}
