import KubernetesModel

/// The objects that were written or read for writing last, decoded: a controller writes an object several times in a
/// row, and reading it back each time costs more than the write.
///
/// Two generations: what is asked for moves to the young one, and when that is full the old one goes. So there are
/// never more than twice `generationSize` objects, and those in use stay.
struct RecentObjects: Sendable {
    private struct Name: Hashable {
        let kind: String
        let key: ObjectKey
    }

    /// How many objects make a generation.
    static let generationSize = 256

    private var young: [Name: StoredObject] = [:]
    private var old: [Name: StoredObject] = [:]

    /// The object, if it is among the last ones.
    ///
    /// - Parameters:
    ///   - kind: The kind, as the database names it.
    ///   - key: The object's key.
    /// - Returns: The object with its row; `nil` says nothing about whether it exists.
    mutating func object(kind: String, _ key: ObjectKey) -> StoredObject? {
        let name = Name(kind: kind, key: key)
        if let found = self.young[name] { return found }
        guard let found = self.old.removeValue(forKey: name) else { return nil }
        self.insert(found, name)
        return found
    }

    /// Remembers an object as it is in its row now.
    mutating func remember(_ object: StoredObject, kind: String) {
        let name = Name(kind: kind, key: object.object.key)
        self.old[name] = nil
        self.insert(object, name)
    }

    /// Forgets an object that is gone.
    mutating func forget(kind: String, _ key: ObjectKey) {
        let name = Name(kind: kind, key: key)
        self.young[name] = nil
        self.old[name] = nil
    }

    private mutating func insert(_ object: StoredObject, _ name: Name) {
        if self.young.count >= Self.generationSize {
            self.old = self.young
            self.young = [:]
        }
        self.young[name] = object
    }
}
