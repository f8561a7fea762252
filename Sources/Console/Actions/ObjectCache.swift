import KubernetesModel

/// The objects of a kind as a follower told of them.
package struct ObjectCache: Sendable {
    private var objectsByKey: [ObjectKey: Object] = [:]
    /// Whether a reading has come.
    package private(set) var isFilled = false

    /// Creates an empty cache.
    package init() {}

    /// The objects, ordered by key.
    package var objects: [Object] { self.objectsByKey.values.sorted { $0.key < $1.key } }

    /// Takes news.
    ///
    /// - Parameter news: What a follower told.
    /// - Returns: What has really changed, because a new reading repeats what is known.
    package mutating func take(_ news: News) -> [Change] {
        switch news {
        case .changes(let changes): return changes.filter { self.take($0) }
        case .all(let objects):
            self.isFilled = true
            let keys = Set(objects.map(\.key))
            let gone = self.objects.filter { !keys.contains($0.key) }.map(Change.gone)
            return (gone + objects.map(Change.present)).filter { self.take($0) }
        }
    }

    private mutating func take(_ change: Change) -> Bool {
        switch change {
        case .gone(let object): return self.objectsByKey.removeValue(forKey: object.key) != nil
        case .present(let object):
            let old = self.objectsByKey.updateValue(object, forKey: object.key)
            return old == nil || old?.metadata.resourceVersion != object.metadata.resourceVersion
        }
    }
}
