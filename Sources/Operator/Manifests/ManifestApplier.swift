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
        case created
        case configured
        case unchanged
        case failed(String)
    }

    /// How many objects are written at once: they share the store's commits.
    private static let width = 128
    /// How often to begin anew when others write the object at the same time.
    private static let attempts = 5

    let store: SQLiteStore
    let logger: Logger
    let tell: @Sendable (EventNote) -> Void

    /// Applies objects in the order in which they need one another, many at once within a kind.
    func apply(
        _ objects: [ManifestReader.Declared],
        _ note: (ManifestReader.Declared, Inventory.Entry, Applied) -> Void
    ) async {
        for stage in objects.inApplyOrder {
            var iterator = stage.makeIterator()
            await withTaskGroup(of: (ManifestReader.Declared, Applied).self) { group in
                for _ in 0..<Self.width {
                    guard let next = iterator.next() else { break }
                    group.addTask { (next, await self.apply(next)) }
                }
                for await (declared, applied) in group {
                    let entry = Inventory.Entry(declared.object)
                    self.log(applied, entry)
                    note(declared, entry, applied)
                    if let next = iterator.next() { group.addTask { (next, await self.apply(next)) } }
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

    private func apply(_ declared: ManifestReader.Declared) async -> Applied {
        do throws(APIStatus) {
            // Others may write the object at the same time; what is declared wins over what they do in between.
            for _ in 0..<Self.attempts {
                do throws(APIStatus) {
                    return try await self.applyOnce(declared)
                } catch  where error.reason == .conflict || error.reason == .alreadyExists {
                    continue
                }
            }
            return .failed("others keep changing it")
        } catch {
            return .failed(error.message)
        }
    }

    private func applyOnce(_ declared: ManifestReader.Declared) async throws(APIStatus) -> Applied {
        let live: Object
        do throws(APIStatus) {
            live = try await self.store.get(declared.kind, declared.object.key)
        } catch  where error.reason == .notFound {
            _ = try await self.store.create(declared.kind, ThreeWayMerge.creation(of: declared.object))
            return .created
        }
        guard !live.metadata.isBeingDeleted else {
            return .failed("it is being deleted; it is made anew once it is gone")
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
