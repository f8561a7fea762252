import Clocks
import FieldOwnership
import JSON
import KubernetesModel
import ResourceStore

/// What can be done with the status of one object.
struct StatusVerbs: Sendable {
    let kind: ServedKind
    let key: ObjectKey
    let store: any ResourceStore
    let clock: any WallClock

    /// Carries a request out.
    func answer(_ request: APIRequest) async throws(APIStatus) -> Answer {
        switch request.method {
        case .get:
            let object = try await self.store.get(self.kind.kind, self.key)
            return .object(self.kind, object, code: 200, warnings: [])
        case .put:
            let body = try BodyReader.object(of: request)
            let version = body["metadata"]?["resourceVersion"]?.string ?? ""
            return try await self.change(request, isUnconditional: version.isEmpty) { _ throws(APIStatus) in body }
        case .patch:
            if request.isApply { return try await self.apply(request) }
            _ = try request.isForced()
            let body = try BodyReader.json(request.body)
            let patch = try Patch(contentType: request.contentType, body: body, for: self.kind.kind)
            return try await self.change(request, isUnconditional: (patch.resourceVersion ?? "").isEmpty) {
                (current) throws(APIStatus) in try patch.applied(to: current)
            }
        case .head, .post, .delete: throw RequestHandler.notAllowed
        }
    }

    private func change(
        _ request: APIRequest,
        isUnconditional: Bool,
        _ change: (JSONValue) throws(APIStatus) -> JSONValue
    ) async throws(APIStatus) -> Answer {
        let validation = try FieldValidation(request.target)
        let tracker = try self.tracker(of: request)
        return try await self.write(request, isUnconditional: isUnconditional) { (current) throws(APIStatus) in
            let json = try change(current.json)
            var draft = try Draft(statusOf: json, kind: self.kind, current: current, validation: validation)
            draft.object = tracker.updated(draft.object, from: current, sent: nil)
            return draft
        }
    }

    private func apply(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let tracker = try self.tracker(of: request)
        let configuration = try AppliedConfiguration(request, kind: self.kind, key: self.key, isStatus: true)
        let isForced = try request.isForced()
        let isUnconditional = configuration.resourceVersion.isEmpty
        return try await self.write(request, isUnconditional: isUnconditional) { (current) throws(APIStatus) in
            let applied = try tracker.applied(configuration.json, to: current, isForced: isForced)
            var draft = try Draft(statusOf: applied.object, kind: self.kind, current: current, validation: .ignore)
            draft.object = tracker.entered(applied.managedFields, into: draft.object, old: current)
            if !isUnconditional { draft.object.metadata.resourceVersion = configuration.resourceVersion }
            return draft
        }
    }

    /// Reads the object, makes a draft from it and writes that, again and again while others interfere and the client
    /// does not care which version it changes.
    private func write(
        _ request: APIRequest,
        isUnconditional: Bool,
        draft: (Object) throws(APIStatus) -> Draft
    ) async throws(APIStatus) -> Answer {
        let duplicates = try BodyReader.duplicateWarnings(of: request)
        let isDryRun = try request.isDryRun()
        var attempt = 1
        while true {
            let current = try await self.store.get(self.kind.kind, self.key)
            let draft = try draft(current)
            var object = draft.object
            if isUnconditional { object.metadata.resourceVersion = current.metadata.resourceVersion }
            guard !isDryRun || object.metadata.resourceVersion == current.metadata.resourceVersion else {
                throw APIStatus.conflict(self.kind.kind, self.key.name)
            }
            do throws(APIStatus) {
                let written = isDryRun ? object : try await self.store.updateStatus(self.kind.kind, object)
                return .object(self.kind, written, code: 200, warnings: duplicates + draft.warnings)
            } catch  where error.reason == .conflict && isUnconditional && attempt < ObjectVerbs.attempts {
                attempt += 1
            }
        }
    }

    private func tracker(of request: APIRequest) throws(APIStatus) -> FieldTracker {
        try FieldTracker(request, kind: self.kind, subresource: "status", now: self.clock.now().rfc3339)
    }
}
