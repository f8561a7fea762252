import JSON
import KubernetesModel
import ResourceStore

/// What can be done with the status of one object.
struct StatusVerbs: Sendable {
    let kind: ServedKind
    let key: ObjectKey
    let store: any ResourceStore

    /// Carries a request out.
    func answer(_ request: APIRequest) async throws(APIStatus) -> Answer {
        switch request.method {
        case .get:
            let object = try await self.store.get(self.kind.kind, self.key)
            return .object(self.kind, object, code: 200, warnings: [])
        case .put:
            let body = try BodyReader.object(of: request)
            let version = body["metadata"]?["resourceVersion"]?.string ?? ""
            return try await self.write(request, isUnconditional: version.isEmpty) { _ throws(APIStatus) in body }
        case .patch:
            let body = try BodyReader.json(request.body)
            let patch = try Patch(contentType: request.contentType, body: body, for: self.kind.kind)
            return try await self.write(request, isUnconditional: (patch.resourceVersion ?? "").isEmpty) {
                (current) throws(APIStatus) in try patch.applied(to: current)
            }
        case .head, .post, .delete: throw RequestHandler.notAllowed
        }
    }

    private func write(
        _ request: APIRequest,
        isUnconditional: Bool,
        change: (JSONValue) throws(APIStatus) -> JSONValue
    ) async throws(APIStatus) -> Answer {
        let validation = try FieldValidation(request.target)
        let isDryRun = try request.isDryRun()
        var attempt = 1
        while true {
            let current = try await self.store.get(self.kind.kind, self.key)
            let json = try change(current.json)
            let draft = try Draft(statusOf: json, kind: self.kind, current: current, validation: validation)
            var object = draft.object
            if isUnconditional { object.metadata.resourceVersion = current.metadata.resourceVersion }
            guard !isDryRun || object.metadata.resourceVersion == current.metadata.resourceVersion else {
                throw APIStatus.conflict(self.kind.kind, self.key.name)
            }
            do throws(APIStatus) {
                let written = isDryRun ? object : try await self.store.updateStatus(self.kind.kind, object)
                return .object(self.kind, written, code: 200, warnings: draft.warnings)
            } catch  where error.reason == .conflict && isUnconditional && attempt < ObjectVerbs.attempts {
                attempt += 1
            }
        }
    }
}
