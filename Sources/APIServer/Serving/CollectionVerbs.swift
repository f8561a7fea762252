import Clocks
import JSON
import KubernetesModel
import ResourceStore

/// What can be done with all objects of a kind.
struct CollectionVerbs: Sendable {
    let kind: ServedKind
    let namespace: String?
    let store: any ResourceStore
    let clock: any WallClock

    /// Lists objects, in pages when the client wants.
    func list(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let selection = try Selection(request.target, for: self.kind.kind)
        let limit = try request.count("limit") ?? 0
        let token =
            try (request.target["continue"] ?? "").isEmpty
            ? nil : ContinueToken(request.target["continue"] ?? "")
        let list = try await self.store.list(self.kind.kind, namespace: self.namespace)
        var objects = list.objects
        if let token { objects.removeFirst(objects.count { $0.key <= token.last }) }
        if !selection.isEverything { objects = objects.filter(selection.matches) }
        let version = token?.resourceVersion ?? list.resourceVersion
        let page = limit > 0 ? Array(objects.prefix(limit)) : objects
        let remaining = objects.count - page.count
        let next = remaining == 0 ? nil : page.last.map { ContinueToken(resourceVersion: version, last: $0.key) }
        return .list(
            self.kind,
            ObjectPage(
                objects: page,
                resourceVersion: version,
                next: next,
                // As in Kubernetes, nobody counts what a selector would leave.
                remaining: next == nil || !selection.isEverything ? nil : remaining
            )
        )
    }

    /// Follows changes.
    ///
    /// Without a version, with `0`, or with `sendInitialEvents`, the watch begins with everything there is.
    func watch(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let selection = try Selection(request.target, for: self.kind.kind)
        let asked = request.target["resourceVersion"] ?? ""
        let hasInitialEnd = request.target.flag("sendInitialEvents")
        let isFromNow = asked.isEmpty || asked == "0" || hasInitialEnd
        guard asked.isEmpty || Int64(asked) != nil else {
            throw APIStatus(.badRequest, "resourceVersion: \"\(asked)\" is not a version that this server gave")
        }
        var outside: [ObjectKey] = []
        var initial: [WatchEvent] = []
        var version = asked
        if isFromNow || !selection.isEverything {
            let list = try await self.store.list(self.kind.kind, namespace: self.namespace)
            outside = list.objects.filter { object in
                !selection.matches(object) && (isFromNow || object.isNotNewer(than: asked))
            }.map(\.key)
            if isFromNow {
                initial = list.objects.filter(selection.matches).map(WatchEvent.added)
                version = list.resourceVersion
            }
        }
        let stream = try await self.store.watch(self.kind.kind, namespace: self.namespace, from: version)
        return .watch(
            Watch(
                kind: self.kind,
                stream: stream,
                filter: WatchFilter(selection, outside: outside),
                resourceVersion: version,
                initial: initial,
                hasInitialEnd: hasInitialEnd,
                hasBookmarks: request.target.flag("allowWatchBookmarks"),
                timeout: .seconds(try request.count("timeoutSeconds") ?? 0)
            )
        )
    }

    /// Creates an object.
    func create(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let isDryRun = try request.isDryRun()
        let draft = try Draft(
            try BodyReader.object(of: request),
            kind: self.kind,
            key: ObjectKey(namespace: self.namespace ?? "", name: ""),
            old: nil,
            validation: try FieldValidation(request.target)
        )
        let tracker = try FieldTracker(request, kind: self.kind, now: self.clock.now().rfc3339)
        let object = tracker.created(draft.object)
        return try await self.create(object, isDryRun: isDryRun, warnings: draft.warnings)
    }

    /// Creates an object that has been checked.
    func create(_ object: Object, isDryRun: Bool, warnings: [String]) async throws(APIStatus) -> Answer {
        var object = object
        // What only a server sets is left to the store.
        object.metadata.uid = ""
        object.metadata.generation = 0
        object.metadata.creationTimestamp = ""
        object.metadata.deletionTimestamp = nil
        guard object.metadata.resourceVersion.isEmpty else {
            throw APIStatus(.badRequest, "resourceVersion should not be set on objects to be created")
        }
        let created = isDryRun ? try await self.tried(object) : try await self.store.create(self.kind.kind, object)
        return .object(self.kind, created, code: 201, warnings: warnings)
    }

    /// Deletes what is selected.
    func delete(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let selection = try Selection(request.target, for: self.kind.kind)
        let options = try DeleteOptions(request)
        let list = try await self.store.list(self.kind.kind, namespace: self.namespace)
        let objects = list.objects.filter(selection.matches)
        for object in objects where !options.isDryRun {
            do throws(APIStatus) {
                _ = try await self.store.delete(self.kind.kind, object.key, preconditions: options.preconditions)
            } catch  where error.reason == .notFound {
                // Somebody else was faster.
            }
        }
        let page = ObjectPage(objects: objects, resourceVersion: list.resourceVersion, next: nil, remaining: nil)
        return .list(self.kind, page)
    }

    /// What creating an object would give.
    private func tried(_ object: Object) async throws(APIStatus) -> Object {
        var object = object
        if object.metadata.name.isEmpty { object.metadata.name = "\(object.metadata.generateName ?? "")xxxxx" }
        do throws(APIStatus) {
            _ = try await self.store.get(self.kind.kind, object.key)
        } catch  where error.reason == .notFound {
            object.metadata.creationTimestamp = self.clock.now().rfc3339
            object.metadata.generation = 1
            return object
        }
        throw APIStatus.alreadyExists(self.kind.kind, object.metadata.name)
    }
}

extension APIRequest {
    /// A number of the query that is not negative.
    func count(_ name: String) throws(APIStatus) -> Int? {
        guard let text = self.target[name], !text.isEmpty else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw APIStatus(.badRequest, "\(name): \"\(text)\" is not a number from 0 on")
        }
        return value
    }
}

extension Object {
    /// Whether the object's last change came no later than a version.
    fileprivate func isNotNewer(than version: String) -> Bool {
        guard let own = Int64(self.metadata.resourceVersion), let other = Int64(version) else { return false }
        return own <= other
    }
}
