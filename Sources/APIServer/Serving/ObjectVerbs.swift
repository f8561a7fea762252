import Clocks
import JSON
import KubernetesModel
import ResourceStore

/// What can be done with one object.
struct ObjectVerbs: Sendable {
    let kind: ServedKind
    let key: ObjectKey
    let store: any ResourceStore
    let clock: any WallClock

    /// How often a write that names no version is tried anew on what others have written meanwhile.
    static let attempts = 5

    /// Carries a request out.
    func answer(_ request: APIRequest) async throws(APIStatus) -> Answer {
        switch request.method {
        case .get:
            let object = try await self.store.get(self.kind.kind, self.key)
            return .object(self.kind, object, code: 200, warnings: [])
        case .put: return try await self.replace(request)
        case .patch: return try await self.patch(request)
        case .delete: return try await self.delete(request)
        case .head, .post: throw RequestHandler.notAllowed
        }
    }

    private func replace(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let body = try BodyReader.object(of: request)
        let version = body["metadata"]?["resourceVersion"]?.string ?? ""
        return try await self.write(request, isUnconditional: version.isEmpty) { _ throws(APIStatus) in body }
    }

    private func patch(_ request: APIRequest) async throws(APIStatus) -> Answer {
        if request.isApply { return try await self.apply(request) }
        _ = try request.isForced()
        let body = try BodyReader.json(request.body)
        let patch = try Patch(contentType: request.contentType, body: body, for: self.kind.kind)
        return try await self.write(request, isUnconditional: (patch.resourceVersion ?? "").isEmpty) {
            (old) throws(APIStatus) in try patch.applied(to: old)
        }
    }

    /// Reads the object, changes it and writes it back, again and again while others interfere and the client does
    /// not care which version it changes.
    private func write(
        _ request: APIRequest,
        isUnconditional: Bool,
        change: (JSONValue) throws(APIStatus) -> JSONValue
    ) async throws(APIStatus) -> Answer {
        let validation = try FieldValidation(request.target)
        let duplicates = try BodyReader.duplicateWarnings(of: request)
        let isDryRun = try request.isDryRun()
        let tracker = try FieldTracker(request, kind: self.kind, now: self.clock.now().rfc3339)
        var attempt = 1
        while true {
            let old = try await self.store.get(self.kind.kind, self.key)
            let json = try change(old.json)
            let draft = try Draft(json, kind: self.kind, key: self.key, old: old, validation: validation)
            var object = tracker.updated(draft.object, from: old, sent: json["metadata"]?[Object.managedFields])
            try self.checkUID(object, old)
            // The checks above hold for this version alone.
            if isUnconditional { object.metadata.resourceVersion = old.metadata.resourceVersion }
            do throws(APIStatus) {
                let written =
                    isDryRun ? try self.tried(object, old) : try await self.store.update(self.kind.kind, object)
                return .object(self.kind, written, code: 200, warnings: duplicates + draft.warnings)
            } catch  where error.reason == .conflict && isUnconditional && attempt < Self.attempts {
                attempt += 1
            }
        }
    }

    private func delete(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let options = try DeleteOptions(request)
        if options.isDryRun {
            let object = try await self.store.get(self.kind.kind, self.key)
            try self.check(options.preconditions, object)
            return .document(object.deletionStatus(self.kind.kind), code: 200)
        }
        let result = try await self.store.delete(
            self.kind.kind,
            self.key,
            preconditions: options.preconditions,
            propagation: options.propagation
        )
        switch result {
        case .gone(let object): return .document(object.deletionStatus(self.kind.kind), code: 200)
        case .marked(let object): return .object(self.kind, object, code: 200, warnings: [])
        }
    }

    private func check(_ preconditions: Preconditions, _ object: Object) throws(APIStatus) {
        guard (preconditions.uid ?? object.metadata.uid) == object.metadata.uid,
            (preconditions.resourceVersion ?? object.metadata.resourceVersion) == object.metadata.resourceVersion
        else { throw APIStatus.conflict(self.kind.kind, self.key.name) }
    }

    /// Checks that the object is the one that the client means, if it says which.
    func checkUID(_ object: Object, _ old: Object?) throws(APIStatus) {
        let uid = object.metadata.uid
        guard uid.isEmpty || uid == old?.metadata.uid else {
            let instead = old.map { "this one has uid \($0.metadata.uid)" } ?? "there is none of that name"
            throw APIStatus(
                .conflict,
                "Operation cannot be fulfilled on \(self.kind.kind.qualifiedPlural) \"\(self.key.name)\": "
                    + "the object with uid \(uid) is gone; \(instead)",
                name: self.key.name,
                kind: self.kind.kind.plural,
                group: self.kind.kind.group
            )
        }
    }

    /// What updating an object would give.
    func tried(_ object: Object, _ old: Object) throws(APIStatus) -> Object {
        guard object.metadata.resourceVersion == old.metadata.resourceVersion else {
            throw APIStatus.conflict(self.kind.kind, self.key.name)
        }
        var object = object
        object.metadata.uid = old.metadata.uid
        object.metadata.creationTimestamp = old.metadata.creationTimestamp
        object.metadata.deletionTimestamp = old.metadata.deletionTimestamp
        object.metadata.generation = old.metadata.generation
        if !self.kind.kind.isBuiltIn, object.content != old.content { object.metadata.generation += 1 }
        return object
    }
}

extension Object {
    /// What a deletion that is complete is answered with.
    fileprivate func deletionStatus(_ kind: ResourceKind) -> JSONValue {
        var details: JSONObject = ["name": .string(self.metadata.name), "kind": .string(kind.plural)]
        details["group"] = kind.group.isEmpty ? nil : .string(kind.group)
        details["uid"] = .string(self.metadata.uid)
        return [
            "apiVersion": "v1", "kind": "Status", "metadata": [:], "status": "Success", "details": .object(details),
        ]
    }
}
