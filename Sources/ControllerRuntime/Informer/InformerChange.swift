import KubernetesModel

/// One object that came, changed or went.
package struct InformerChange<Value: Sendable>: Sendable {
    /// Which object.
    package let key: ObjectKey
    /// How it was; `nil` when it is new.
    package let old: Value?
    /// How it is; `nil` when it is gone.
    package let new: Value?
    /// Whether the object was there before anybody looked: nobody waits for it, so it may go to the drift lane.
    package var isInitial: Bool

    /// Creates a change.
    package init(key: ObjectKey, old: Value?, new: Value?, isInitial: Bool = false) {
        self.key = key
        self.old = old
        self.new = new
        self.isInitial = isInitial
    }
}

extension InformerChange: Equatable where Value: Equatable {}

/// A way to find objects without looking at all of them: by what they refer to.
package struct InformerIndex<Value: Sendable>: Sendable {
    /// The name, unique within an informer.
    package let name: String
    /// The values under which an object is found; pure, and asked again for the old value when an object changes.
    package let values: @Sendable (Value) -> [String]

    /// Creates an index.
    ///
    /// - Parameters:
    ///   - name: The name, unique within an informer.
    ///   - values: The values under which an object is found; a pure function.
    package init(_ name: String, values: @escaping @Sendable (Value) -> [String]) {
        self.name = name
        self.values = values
    }
}

/// How well an informer is.
package struct InformerStatus: Sendable, Hashable {
    /// Whether it has read all objects once.
    package var hasSynced = false
    /// On the steady clock, when the store was last heard of; `nil` before the first answer.
    package var lastHeard: Duration?
    /// How many errors came in a row.
    package var failures = 0
    /// How many watches have died in silence.
    package var silences = 0
    /// How many times all objects were listed.
    package var lists = 0
    /// The last error, until the store answers again.
    package var lastError: String?
    /// The sort of the last error, which may be shown to anybody.
    package var lastReason: APIStatus.Reason?

    /// Creates the status of an informer that has not heard anything yet.
    package init() {}

    /// How long the store has not been heard of; `nil` before the first answer.
    ///
    /// A store that can be read is heard of at least every two and a half minutes, however quiet it is: by a bookmark, by
    /// the end of a watch and the next one's beginning, or by a new list. An age above five minutes means that the
    /// store cannot be read, so `/readyz` should fail.
    package func age(now: Duration) -> Duration? { self.lastHeard.map { max(.zero, now - $0) } }

    /// Whether the store has not been heard of for longer than a limit.
    ///
    /// - Parameters:
    ///   - limit: How long silence is fine; more than the interval of bookmarks.
    ///   - now: The steady clock.
    /// - Returns: `true` also before the first answer.
    package func isStale(after limit: Duration, now: Duration) -> Bool {
        self.lastHeard.map { now - $0 > limit } ?? true
    }
}
