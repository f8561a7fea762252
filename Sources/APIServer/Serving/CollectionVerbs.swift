import Clocks
import FoundationEssentials
import JSON
import KubernetesModel
import ResourceStore

/// What can be done with all objects of a kind.
struct CollectionVerbs: Sendable {
    let kind: ServedKind
    let namespace: String?
    let store: any ResourceStore
    let clock: any WallClock
    var shelf = PageShelf()

    /// Lists objects, in pages when the client wants.
    func list(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let selection = try Selection(request.target, for: self.kind.kind)
        let options = try ListOptions(request.target, isWatch: false)
        if let text = options.continueText {
            let token = try ContinueToken(text)
            if let id = token.rest {
                return try self.page(from: id, token, limit: options.limit, selection)
            }
            return try await self.firstPage(options, selection, after: token.last)
        }
        return try await self.firstPage(options, selection, after: nil)
    }

    /// The first page of what there is now.
    private func firstPage(
        _ options: ListOptions,
        _ selection: Selection,
        after last: ObjectKey?
    ) async throws(APIStatus) -> Answer {
        let list = try await self.store.list(self.kind.kind, namespace: self.namespace)
        try options.freshness.check(list.resourceVersion)
        var objects = list.objects[...]
        if let last { objects = objects.drop { $0.key <= last } }
        if !selection.isEverything { objects = objects.filter(selection.matches)[...] }
        guard options.limit > 0, objects.count > options.limit, let end = objects.prefix(options.limit).last else {
            return self.answer(objects, list.resourceVersion, next: nil, remaining: nil)
        }
        let rest = objects.dropFirst(options.limit)
        let id = self.shelf.keep(rest, resourceVersion: list.resourceVersion, now: self.clock.now())
        return self.answer(
            objects.prefix(options.limit),
            list.resourceVersion,
            next: ContinueToken(resourceVersion: list.resourceVersion, rest: id, last: end.key),
            // As in Kubernetes, nobody counts what a selector would leave.
            remaining: selection.isEverything ? rest.count : nil
        )
    }

    /// A later page of a list whose rest is kept.
    private func page(
        from id: Int64,
        _ token: ContinueToken,
        limit: Int,
        _ selection: Selection
    ) throws(APIStatus) -> Answer {
        guard let version = token.resourceVersion,
            let rest = self.shelf.rest(id, after: token.last, now: self.clock.now())
        else {
            throw APIStatus(
                .expired,
                "The provided continue parameter is too old to display a consistent list result. You can start a new "
                    + "list without the continue parameter, or use the continue token in this response to retrieve "
                    + "the remainder of the results, which may have changed meanwhile.",
                continueToken: ContinueToken(inconsistentAfter: token.last).text
            )
        }
        let page = limit > 0 ? rest.prefix(limit) : rest
        let remaining = rest.count - page.count
        let next =
            remaining == 0 ? nil : page.last.map { ContinueToken(resourceVersion: version, rest: id, last: $0.key) }
        return self.answer(
            page,
            version,
            next: next,
            remaining: next == nil || !selection.isEverything ? nil : remaining
        )
    }

    private func answer(
        _ objects: ArraySlice<Object>,
        _ version: String,
        next: ContinueToken?,
        remaining: Int?
    ) -> Answer {
        let page = ObjectPage(objects: Array(objects), resourceVersion: version, next: next, remaining: remaining)
        return .list(self.kind, page)
    }

    /// Follows changes.
    ///
    /// Without a version or with `0` the watch begins with everything there is, unless the client says otherwise.
    func watch(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let selection = try Selection(request.target, for: self.kind.kind)
        let options = try ListOptions(request.target, isWatch: true)
        let asked = options.resourceVersion
        let isFromNow = asked.isEmpty || asked == "0"
        let hasInitial = options.sendsInitialEvents ?? isFromNow
        var outside: [ObjectKey] = []
        var initial: [WatchEvent] = []
        var version = asked
        if isFromNow || hasInitial || !selection.isEverything {
            let list = try await self.store.list(self.kind.kind, namespace: self.namespace)
            if hasInitial { try options.freshness.check(list.resourceVersion) }
            let isCurrent = isFromNow || hasInitial
            outside = list.objects.filter { object in
                !selection.matches(object) && (isCurrent || object.isNotNewer(than: asked))
            }.map(\.key)
            if isCurrent { version = list.resourceVersion }
            if hasInitial { initial = list.objects.filter(selection.matches).map(WatchEvent.added) }
        }
        return .watch(
            Watch(
                kind: self.kind,
                stream: try await self.stream(from: version),
                filter: WatchFilter(selection, outside: outside),
                resourceVersion: version,
                initial: initial,
                hasInitialEnd: options.sendsInitialEvents == true,
                hasBookmarks: options.hasBookmarks,
                timeout: options.timeout
            )
        )
    }

    /// The changes after a version; when they are forgotten, the client learns it from the stream, as in Kubernetes.
    private func stream(from version: String) async throws(APIStatus) -> any WatchStream {
        do throws(APIStatus) {
            return try await self.store.watch(self.kind.kind, namespace: self.namespace, from: version)
        } catch {
            guard error.reason == .expired else { throw error }
            return FailedStream(status: error)
        }
    }

    /// Creates an object.
    func create(_ request: APIRequest) async throws(APIStatus) -> Answer {
        let isDryRun = try request.isDryRun()
        let body = try BodyReader.object(of: request)
        let duplicates = try BodyReader.duplicateWarnings(of: request)
        let draft = try Draft(
            body,
            kind: self.kind,
            key: ObjectKey(namespace: self.namespace ?? "", name: ""),
            old: nil,
            validation: try FieldValidation(request.target)
        )
        let tracker = try FieldTracker(request, kind: self.kind, now: self.clock.now().rfc3339)
        let object = tracker.created(draft.object)
        return try await self.create(object, isDryRun: isDryRun, warnings: duplicates + draft.warnings)
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
            // What has been made anew under the same name since is another object, which nobody selected.
            var preconditions = options.preconditions
            preconditions.uid = preconditions.uid ?? object.metadata.uid
            do throws(APIStatus) {
                _ = try await self.store.delete(
                    self.kind.kind,
                    object.key,
                    preconditions: preconditions,
                    propagation: options.propagation
                )
            } catch  where error.reason == .notFound || error.reason == .conflict && options.preconditions.isNone {
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
            object.metadata.generation = self.kind.kind.isBuiltIn ? 0 : 1
            object.metadata.uid = UUID().uuidString.lowercased()
            return object
        }
        throw APIStatus.alreadyExists(self.kind.kind, object.metadata.name)
    }
}

extension Object {
    /// Whether the object's last change came no later than a version.
    fileprivate func isNotNewer(than version: String) -> Bool {
        guard let own = Int64(self.metadata.resourceVersion), let other = Int64(version) else { return false }
        return own <= other
    }
}

extension ListOptions.Freshness {
    /// Throws when a version is not what is asked for.
    fileprivate func check(_ version: String) throws(APIStatus) {
        let current = Int64(version) ?? 0
        switch self {
        case .notOlderThan(let asked) where asked > current, .exact(let asked) where asked > current:
            throw APIStatus(
                .timeout,
                "Timeout: Too large resource version: \(asked), current: \(current)",
                causes: [
                    APIStatus.Cause(
                        reason: "ResourceVersionTooLarge",
                        message: "Too large resource version",
                        field: ""
                    )
                ],
                retryAfterSeconds: 1
            )
        case .exact(let asked) where asked < current:
            throw APIStatus(.expired, "The resourceVersion for the provided list is too old: \(asked) (\(current))")
        case .any, .notOlderThan, .exact: break
        }
    }
}
