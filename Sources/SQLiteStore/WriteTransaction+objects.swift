import KubernetesModel
import ResourceStore

/// The writes that clients ask for.
extension WriteTransaction {
    /// How often a random name is made up before the clash is reported; as a Kubernetes API server does.
    private static let nameAttempts = 8

    /// Creates an object, and its namespace when that does not exist.
    ///
    /// In a cluster the namespace must be there first. A folder of manifests on one machine should not need a file for
    /// that, nor an order in which files are applied, so here it comes with the first object in it.
    mutating func create(_ kind: ResourceKind, _ object: Object) throws -> Object {
        try Self.checkIsCreatable(kind, object)
        let table = kind.qualifiedPlural
        let name = try self.freeName(for: kind, object)
        let namespace = try self.missingNamespace(for: kind, object)
        let new = object.created(as: kind, name: name, uid: RandomText.uid(), now: self.now)
        let first = try namespace.map { try self.encode($0, kind: Self.namespaces, as: .added) }
        let created = try self.encode(new, kind: table, as: .added)
        if let first { try self.insert(first) }
        try self.insert(created)
        return created.object
    }

    /// Replaces an object but for its status.
    mutating func update(_ kind: ResourceKind, _ object: Object) throws -> Object {
        let current = try self.existing(kind, object.key)
        let transition = try current.object.updated(to: object, kind: kind)
        let table = kind.qualifiedPlural
        return try self.apply(table == Self.namespaces ? try self.kept(transition) : transition, to: current, table)
    }

    /// Replaces an object's status.
    mutating func updateStatus(_ kind: ResourceKind, _ object: Object) throws -> Object {
        guard kind.hasStatus else {
            throw APIStatus(
                .notFound,
                "the server could not find the requested resource: \(kind.qualifiedPlural) have no status of their own",
                kind: kind.plural,
                group: kind.group
            )
        }
        let current = try self.existing(kind, object.key)
        let transition = try current.object.updated(toStatusOf: object, kind: kind)
        return try self.apply(transition, to: current, kind.qualifiedPlural)
    }

    /// Removes an object, or marks it when finalizers keep it.
    mutating func delete(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        _ preconditions: Preconditions,
        _ propagation: Propagation
    ) throws -> DeletionResult {
        let current = try self.existing(kind, key)
        let transition = try current.object.deleted(preconditions, propagation, kind: kind, now: self.now)
        if kind.qualifiedPlural == Self.namespaces { return try self.deleteNamespace(current, transition) }
        let result = try self.apply(transition, to: current, kind.qualifiedPlural)
        if case .removed = transition { return .gone(result) }
        return .marked(result)
    }

    /// Carries a transition out.
    ///
    /// - Parameters:
    ///   - transition: What becomes of the object.
    ///   - current: The object as it is stored.
    ///   - kind: The kind, as the database names it.
    /// - Returns: The object with its new version, or as it was when nothing changed.
    /// - Throws: `APIStatus` before, `DatabaseError` while writing.
    mutating func apply(_ transition: Transition, to current: StoredObject, _ kind: String) throws -> Object {
        switch transition {
        case .unchanged: return current.object
        case .stored(let object):
            let next = try self.encode(object, kind: kind, as: .modified)
            try self.replace(next, id: current.id)
            return next.object
        case .removed(let object):
            let last = try self.encode(object, kind: kind, as: .deleted)
            try self.remove(last, id: current.id)
            try self.removeNamespaceIfDone(object.metadata.namespace)
            return last.object
        }
    }

    private mutating func existing(_ kind: ResourceKind, _ key: ObjectKey) throws -> StoredObject {
        let key = kind.isNamespaced ? key : ObjectKey(namespace: "", name: key.name)
        guard let current = try self.object(kind: kind.qualifiedPlural, key) else {
            throw APIStatus.notFound(kind, key.name)
        }
        return current
    }

    /// The name that a new object gets.
    private func freeName(for kind: ResourceKind, _ object: Object) throws -> String {
        let namespace = kind.isNamespaced ? object.metadata.namespace : ""
        var name = object.metadata.name
        let attempts = name.isEmpty ? Self.nameAttempts : 1
        for _ in 0..<attempts {
            if object.metadata.name.isEmpty { name = RandomText.name(prefix: object.metadata.generateName ?? "") }
            let key = ObjectKey(namespace: namespace, name: name)
            if try self.database.body(kind: kind.qualifiedPlural, key) == nil { return name }
        }
        throw APIStatus.alreadyExists(kind, name)
    }

    private static func checkIsCreatable(_ kind: ResourceKind, _ object: Object) throws(APIStatus) {
        guard object.metadata.resourceVersion.isEmpty else {
            throw APIStatus(.badRequest, "resourceVersion should not be set on objects to be created")
        }
        guard !object.metadata.name.isEmpty || !(object.metadata.generateName ?? "").isEmpty else {
            throw APIStatus.invalid(
                object,
                field: "metadata.name",
                "Required value",
                reason: "FieldValueRequired",
                "name or generateName is required"
            )
        }
        guard kind.isNamespaced, let problem = DNSLabel.problem(in: object.metadata.namespace) else { return }
        throw APIStatus.invalid(
            object,
            field: "metadata.namespace",
            "Invalid value",
            reason: "FieldValueInvalid",
            "\"\(object.metadata.namespace)\" \(problem): a namespace is \(DNSLabel.meaning)"
        )
    }
}
