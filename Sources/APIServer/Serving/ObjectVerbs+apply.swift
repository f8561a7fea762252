import Clocks
import FieldOwnership
import JSON
import KubernetesModel
import ResourceStore

extension ObjectVerbs {
    /// Carries a server-side apply out, which makes the object when there is none.
    func apply(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let tracker = try FieldTracker(request, kind: self.kind, now: self.clock.now().rfc3339)
        let configuration = try AppliedConfiguration(request, kind: self.kind, key: self.key, isStatus: false)
        let isForced = try request.isForced()
        let isDryRun = try request.isDryRun()
        let isUnconditional = configuration.resourceVersion.isEmpty
        var attempt = 1
        while true {
            let old = try await self.existing()
            let applied = try tracker.applied(configuration.json, to: old, isForced: isForced)
            let draft = try Draft(applied.object, kind: self.kind, key: self.key, old: old, validation: .ignore)
            var object = tracker.entered(applied.managedFields, into: draft.object, old: old)
            try self.checkUID(object, old)
            if isUnconditional { object.metadata.resourceVersion = old?.metadata.resourceVersion ?? "" }
            do throws(APIStatus) {
                guard let old else { return try await self.create(object, isDryRun: isDryRun, draft.warnings) }
                let written =
                    isDryRun ? try self.tried(object, old) : try await self.store.update(self.kind.kind, object)
                return .object(self.kind, written, code: 200, warnings: draft.warnings)
            } catch  where error.isRace && isUnconditional && attempt < Self.attempts {
                attempt += 1
            }
        }
    }

    private func existing() async throws(APIStatus) -> Object? {
        do throws(APIStatus) {
            return try await self.store.get(self.kind.kind, self.key)
        } catch  where error.reason == .notFound {
            return nil
        }
    }

    private func create(
        _ object: Object,
        isDryRun: Bool,
        _ warnings: [String]
    ) async throws(APIStatus) -> Answer {
        let collection = CollectionVerbs(
            kind: self.kind,
            namespace: self.key.namespace,
            store: self.store,
            clock: self.clock
        )
        return try await collection.create(object, isDryRun: isDryRun, warnings: warnings)
    }
}

extension APIStatus {
    /// Whether the object changed, came or went between a read and the write that builds on it.
    fileprivate var isRace: Bool {
        self.reason == .alreadyExists || self.reason == .notFound || self.reason == .conflict && self.causes.isEmpty
    }
}
