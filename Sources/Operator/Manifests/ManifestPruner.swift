import ControllerRuntime
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources
import SQLiteStore

/// Deletes objects of a store whose manifests have gone.
struct ManifestPruner: Sendable {
    let store: SQLiteStore
    let logger: Logger
    let tell: @Sendable (EventNote) -> Void

    /// Asks for the deletion of an object.
    ///
    /// - Parameter entry: What names the object.
    /// - Returns: Whether it was asked for: an object may be gone already, or be marked to be kept.
    /// - Throws: What the store says.
    func prune(_ entry: Inventory.Entry) async throws(APIStatus) -> Bool {
        guard let kind = ManifestReader.kind(group: entry.group, kind: entry.kind) else { return false }
        do throws(APIStatus) {
            let live = try await self.store.get(kind, entry.key)
            if live.metadata.annotations[PeerageAPI.pruneAnnotation] == "disabled" {
                self.logger.info("object kept although its manifest is gone", metadata: ["object": "\(entry)"])
                return false
            }
            _ = try await self.store.delete(kind, entry.key, preconditions: Preconditions(uid: live.metadata.uid))
            self.logger.warning("object pruned, its manifest is gone", metadata: ["object": "\(entry)"])
            return true
        } catch  where error.reason == .notFound {
            return false
        }
    }

    /// Tells the people who look at objects why these are not deleted.
    func tellHeldBack(
        _ entries: some Collection<Inventory.Entry>,
        _ reason: PruneDecision.Reason
    ) async throws(APIStatus) {
        for entry in entries {
            // It may stand in the file that has the error.
            let why = reason == .someFilesInvalid ? "no manifest that can be read declares it" : "its manifest is gone"
            try await self.tell(entry, .pruneHeldBack, "\(why), but nothing is deleted: \(reason)")
        }
    }

    /// Tells the people who look at objects that the files in which these are declared have errors.
    func tellLeftOut(_ entries: some Collection<(key: Inventory.Entry, value: String)>) async throws(APIStatus) {
        for (entry, error) in entries {
            let message = "its file has an error, and nothing in it is applied: \(error)"
            try await self.tell(entry, .manifestRefused, message)
        }
    }

    private func tell(
        _ entry: Inventory.Entry,
        _ reason: Resources.Reason,
        _ message: String
    ) async throws(APIStatus) {
        guard let kind = ManifestReader.kind(group: entry.group, kind: entry.kind) else { return }
        do throws(APIStatus) {
            let live = try await self.store.get(kind, entry.key)
            self.tell(EventNote(about: .init(live), .warning, reason: reason, message))
        } catch  where error.reason == .notFound {
            return
        }
    }
}
