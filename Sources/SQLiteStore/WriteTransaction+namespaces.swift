import GRDB
import JSON
import KubernetesModel
import ResourceStore

/// What a cluster's namespace controller would do.
extension WriteTransaction {
    /// The kind of namespaces, as the database names it.
    static let namespaces = ResourceKind.namespace.qualifiedPlural

    /// The namespace that is always there.
    static let defaultNamespace = "default"

    /// Creates the namespace that is always there, if it is not.
    mutating func createDefaultNamespace() throws {
        let key = ObjectKey(namespace: "", name: Self.defaultNamespace)
        guard try self.database.body(kind: Self.namespaces, key) == nil else { return }
        let created = try self.encode(self.newNamespace(Self.defaultNamespace), kind: Self.namespaces, as: .added)
        try self.insert(created)
    }

    /// The namespace to be created along with an object; `nil` when it is there or not needed.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - object: The object to be created.
    /// - Returns: The namespace.
    /// - Throws: `Forbidden` when the namespace is being deleted.
    mutating func missingNamespace(for kind: ResourceKind, _ object: Object) throws -> Object? {
        let name = object.metadata.namespace
        guard kind.isNamespaced else { return nil }
        guard let found = try self.object(kind: Self.namespaces, ObjectKey(namespace: "", name: name)) else {
            return self.newNamespace(name)
        }
        guard found.object.metadata.isBeingDeleted else { return nil }
        throw APIStatus(
            .forbidden,
            "\(kind.qualifiedPlural) \"\(object.metadata.name)\" is forbidden: "
                + "unable to create new content in namespace \(name) because it is being terminated",
            name: object.metadata.name,
            kind: kind.plural,
            group: kind.group
        )
    }

    /// Deletes a namespace with all that is in it; it waits for objects that finalizers keep.
    ///
    /// - Parameters:
    ///   - current: The namespace.
    ///   - transition: What would become of it alone.
    /// - Returns: What became of it.
    /// - Throws: `Forbidden` for the namespace that is always there.
    mutating func deleteNamespace(_ current: StoredObject, _ transition: Transition) throws -> DeletionResult {
        let name = current.object.metadata.name
        guard name != Self.defaultNamespace else {
            throw APIStatus(
                .forbidden,
                "namespaces \"\(name)\" is forbidden: this namespace may not be deleted",
                name: name,
                kind: "namespaces"
            )
        }
        let isEmpty = try self.deleteContents(of: name)
        if isEmpty, case .removed = transition {
            return .gone(try self.apply(transition, to: current, Self.namespaces))
        }
        guard !current.object.metadata.isBeingDeleted else { return .marked(current.object) }
        var marked = current.object.marked(now: self.now)
        marked.status = ["phase": "Terminating"]
        return .marked(try self.apply(.stored(marked), to: current, Self.namespaces))
    }

    /// Removes a namespace whose deletion waited for the object that has just gone.
    mutating func removeNamespaceIfDone(_ name: String) throws {
        guard !name.isEmpty,
            let found = try self.object(kind: Self.namespaces, ObjectKey(namespace: "", name: name)),
            found.object.metadata.isBeingDeleted, found.object.metadata.finalizers.isEmpty,
            try self.isEmpty(name)
        else { return }
        _ = try self.apply(.removed(found.object), to: found, Self.namespaces)
    }

    /// What an update makes of a namespace: while something is in it, it does not go with its last finalizer.
    func kept(_ transition: Transition) throws -> Transition {
        guard case .removed(let namespace) = transition, try !self.isEmpty(namespace.metadata.name) else {
            return transition
        }
        return .stored(namespace)
    }

    private func isEmpty(_ namespace: String) throws -> Bool {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM object WHERE namespace = ?)"
        return try Bool.fetchOne(self.database, sql: sql, arguments: [namespace]) ?? false
    }

    /// Deletes what is in a namespace.
    ///
    /// - Parameter name: The namespace.
    /// - Returns: Whether nothing is left.
    /// - Throws: What the database throws.
    private mutating func deleteContents(of name: String) throws -> Bool {
        let sql = "SELECT id, kind, body FROM object WHERE namespace = ?"
        // All are read before the first is written: a damaged one must not leave half of a deletion behind.
        let contents = try Row.fetchAll(self.database, sql: sql, arguments: [name]).map { row in
            (
                kind: try row.decode(String.self, atIndex: 1),
                current: StoredObject(
                    id: try row.decode(atIndex: 0),
                    object: try Object(stored: try row.bytes(at: 2))
                )
            )
        }
        var isEmpty = true
        for (kind, current) in contents {
            let transition = current.object.deleted(now: self.now)
            if case .removed = transition {} else { isEmpty = false }
            _ = try self.apply(transition, to: current, kind)
        }
        return isEmpty
    }

    private func newNamespace(_ name: String) -> Object {
        let metadata = ObjectMeta(name: name, labels: ["kubernetes.io/metadata.name": name])
        let content: JSONObject = ["spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"]]
        return Object(kind: .namespace, metadata: metadata, content: content)
            .created(as: .namespace, name: name, uid: RandomText.uid(), now: self.now)
    }
}
