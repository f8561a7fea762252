import KubernetesModel

/// Who owns what, of all objects that have owners.
///
/// Objects without owners take no room here: whether an owner exists is asked of the store.
struct OwnershipIndex: Sendable {
    private var owners: [ObjectID: [OwnerReference]] = [:]
    private var owned: [String: Set<ObjectID>] = [:]
    /// Those of the objects of a list that is coming in for which there may be something to decide.
    private var incoming: [ResourceKind: [Object]] = [:]

    /// Takes an object as it is now.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - kind: Its kind.
    ///   - kinds: The kinds that owners may be of.
    /// - Returns: The objects to be decided on.
    mutating func take(_ object: Object, of kind: ResourceKind, among kinds: [ResourceKind]) -> [ObjectID] {
        let id = ObjectID(kind: kind, key: object.key)
        let old = self.owners[id] ?? []
        let new = object.metadata.owners
        self.set(new, of: id)
        // An owner that the object has forgotten may have waited for just that.
        let forgotten = old.filter { !new.contains($0) }
        let isNew = new.contains { !old.contains($0) }
        return (isNew || object.metadata.waiting != nil ? [id] : [])
            + forgotten.compactMap { $0.id(in: object.metadata.namespace, among: kinds) }
    }

    /// Begins a list; what came of one that broke off is forgotten.
    mutating func beginList(of kind: ResourceKind) {
        self.incoming[kind] = []
    }

    /// Takes a part of a list.
    mutating func add(_ page: [Object], of kind: ResourceKind) {
        self.incoming[kind, default: []] += page.filter(\.isOfInterest)
    }

    /// Takes the list that has come in.
    ///
    /// - Parameter kind: The kind of its objects.
    /// - Returns: The objects to be decided on.
    mutating func endList(of kind: ResourceKind) -> [ObjectID] {
        self.take(all: self.incoming.removeValue(forKey: kind) ?? [], of: kind)
    }

    /// Takes all objects of a kind as they are now; the others of the kind are gone.
    ///
    /// - Parameters:
    ///   - objects: The objects.
    ///   - kind: Their kind.
    /// - Returns: The objects to be decided on.
    mutating func take(all objects: [Object], of kind: ResourceKind) -> [ObjectID] {
        let present = Set(objects.map(\.key))
        for id in Array(self.owners.keys) where id.kind == kind && !present.contains(id.key) { self.set([], of: id) }
        for object in objects { self.set(object.metadata.owners, of: ObjectID(kind: kind, key: object.key)) }
        // Owners of any of these may have gone unseen.
        return objects.filter(\.isOfInterest)
            .map { ObjectID(kind: kind, key: $0.key) }
    }

    /// Takes note of an object's end.
    ///
    /// - Parameters:
    ///   - object: The object as it was last.
    ///   - kind: Its kind.
    ///   - kinds: The kinds that owners may be of.
    /// - Returns: What it owned, and who may have waited for it.
    mutating func remove(_ object: Object, of kind: ResourceKind, among kinds: [ResourceKind]) -> [ObjectID] {
        self.set([], of: ObjectID(kind: kind, key: object.key))
        let left = Array(self.owned[object.metadata.uid] ?? [])
        return left + object.metadata.owners.compactMap { $0.id(in: object.metadata.namespace, among: kinds) }
    }

    private mutating func set(_ new: [OwnerReference], of id: ObjectID) {
        let old = self.owners[id] ?? []
        guard old != new else { return }
        for owner in old {
            self.owned[owner.uid]?.remove(id)
            if self.owned[owner.uid]?.isEmpty == true { self.owned[owner.uid] = nil }
        }
        for owner in new { self.owned[owner.uid, default: []].insert(id) }
        self.owners[id] = new.isEmpty ? nil : new
    }
}

extension Object {
    /// Whether the object has owners, or waits for what it owns.
    fileprivate var isOfInterest: Bool { !self.metadata.owners.isEmpty || self.metadata.waiting != nil }
}

extension OwnerReference {
    /// The owner of an object in a namespace; `nil` when its kind is not known here.
    func id(in namespace: String, among kinds: [ResourceKind]) -> ObjectID? {
        guard let kind = kinds.first(where: { $0.apiVersion == self.apiVersion && $0.kind == self.kind }) else {
            return nil
        }
        let key = ObjectKey(namespace: kind.isNamespaced ? namespace : "", name: self.name)
        return ObjectID(kind: kind, key: key)
    }
}
