import KubernetesModel
import ResourceStore

/// A store whose objects of one kind are shown as another, so that nobody above needs to know.
struct ViewedStore: ResourceStore {
    let inner: any ResourceStore
    let view: ObjectView

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
        try await self.shown(kind) { () throws(APIStatus) in try await self.inner.get(self.view.stored, key) }
    }

    func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList {
        var list = try await self.inner.list(self.view.stored, namespace: namespace)
        list.objects = list.objects.map(self.view.shown)
        return list
    }

    func watch(
        _ kind: ResourceKind,
        namespace: String?,
        from resourceVersion: String
    ) async throws(APIStatus) -> any WatchStream {
        let stream = try await self.inner.watch(self.view.stored, namespace: namespace, from: resourceVersion)
        return ViewedStream(inner: stream, view: self.view)
    }

    func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.shown(kind) { () throws(APIStatus) in
            try await self.inner.create(self.view.stored, self.view.taken(object))
        }
    }

    func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.shown(kind) { () throws(APIStatus) in
            try await self.inner.update(self.view.stored, self.view.taken(object))
        }
    }

    func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object {
        try await self.shown(kind) { () throws(APIStatus) in
            try await self.inner.updateStatus(self.view.stored, self.view.taken(object))
        }
    }

    func updateFinalizers(
        _ kind: ResourceKind,
        of metadata: ObjectMeta,
        to finalizers: [String]
    ) async throws(APIStatus) -> Object {
        try await self.shown(kind) { () throws(APIStatus) in
            try await self.inner.updateFinalizers(self.view.stored, of: metadata, to: finalizers)
        }
    }

    var watchSilence: Duration? { self.inner.watchSilence }

    func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        preconditions: Preconditions,
        propagation: Propagation
    ) async throws(APIStatus) -> DeletionResult {
        switch try await self.inner.delete(
            self.view.stored,
            key,
            preconditions: preconditions,
            propagation: propagation
        ) {
        case .gone(let object): .gone(self.view.shown(object))
        case .marked(let object): .marked(self.view.shown(object))
        }
    }

    /// Errors about an object name the kind that the client knows.
    private func shown(
        _ kind: ResourceKind,
        _ call: () async throws(APIStatus) -> Object
    ) async throws(APIStatus) -> Object {
        do throws(APIStatus) {
            return self.view.shown(try await call())
        } catch {
            switch error.reason {
            case .notFound where error.kind == self.view.stored.plural: throw APIStatus.notFound(kind, error.name)
            case .alreadyExists: throw APIStatus.alreadyExists(kind, error.name)
            default: throw error
            }
        }
    }
}

/// Changes of one kind shown as those of another.
private struct ViewedStream: WatchStream {
    let inner: any WatchStream
    let view: ObjectView

    func next() async throws(APIStatus) -> [WatchEvent]? {
        try await self.inner.next()?.map { event in
            switch event {
            case .added(let object): .added(self.view.shown(object))
            case .modified(let object): .modified(self.view.shown(object))
            case .deleted(let object): .deleted(self.view.shown(object))
            case .bookmark: event
            }
        }
    }

    func cancel() { self.inner.cancel() }
}
