import KubernetesModel
import ResourceStore

/// What is known of one kind: the store's events and our own writes, merged into one pure value.
///
/// *Guarantees:*
/// - Read your writes: after `observe`, an event or list from before the write does not undo it.
/// - No resurrection: after `observeDeletion`, events of that object (by uid) from before its deletion do nothing; and
///   an own write whose deletion has already been seen does not bring the object back.
/// - A version that is already held gives no change.
///
/// Versions that are whole numbers are compared as such, as Kubernetes 1.35 and our own store promise; other versions
/// only as equal or different, and different counts as newer.
struct InformerCache<Value: Sendable>: Sendable {
    /// One object as it is held: behind one word, so that a table of thousands neither copies them as it grows nor
    /// keeps room for as many again.
    final class Held: Sendable {
        let value: Value
        let uid: String
        let version: ResourceVersion

        init(value: Value, uid: String, version: ResourceVersion) {
            self.value = value
            self.uid = uid
            self.version = version
        }

        /// Itself, when it is of the object with this uid.
        func of(_ uid: String) -> Held? { self.uid == uid ? self : nil }
    }

    struct Entry: Sendable {
        let held: Held
        /// Whether this is our own write, of which the watch has not told yet.
        var awaitsEcho: Bool
    }

    private struct Listed: Sendable {
        let key: ObjectKey
        let held: Held
    }

    private(set) var entries: [ObjectKey: Entry] = [:]
    /// The uids that we deleted ourselves, until the watch tells of it, with their last version.
    private(set) var deleted: [String: ResourceVersion] = [:]
    /// Up to where the store's events are known.
    private(set) var position: ResourceVersion?
    /// A list that is coming in; nobody sees it before it is complete.
    private var incoming: [Listed] = []
    private var indexes: [String: [String: Set<ObjectKey>]] = [:]
    private let registry: [InformerIndex<Value>]
    private let decode: @Sendable (Object, _ earlier: Value?) -> Value

    init(indexes: [InformerIndex<Value>], decode: @escaping @Sendable (Object, _ earlier: Value?) -> Value) {
        self.registry = indexes
        self.decode = decode
    }

    /// The keys of objects that an index finds under a value.
    func keys(index: InformerIndex<Value>, value: String) -> [ObjectKey] {
        if self.registry.contains(where: { $0.name == index.name }) {
            return self.indexes[index.name]?[value].map(Array.init) ?? []
        }
        // Not registered: as right, but slow.
        return self.entries.filter { index.values($0.value.held.value).contains(value) }.map(\.key)
    }

    /// Takes a batch of events.
    mutating func apply(_ events: [WatchEvent]) -> [InformerChange<Value>] {
        var changes: [InformerChange<Value>] = []
        for event in events {
            switch event {
            case .added(let object), .modified(let object):
                if let change = self.upsert(object.key, self.held(object)) { changes.append(change) }
                self.advance(to: ResourceVersion(object.metadata.resourceVersion))
            case .deleted(let object):
                if let change = self.remove(object) { changes.append(change) }
                self.advance(to: ResourceVersion(object.metadata.resourceVersion))
            case .bookmark(let version):
                self.advance(to: ResourceVersion(version))
            }
        }
        return changes
    }

    /// Begins a list; what came of one that broke off is forgotten.
    mutating func beginList() {
        self.incoming = []
    }

    /// Takes a part of a list: objects are not kept but for their values, so that a long list never lies there whole.
    mutating func add(_ page: [Object]) {
        for object in page { self.incoming.append(Listed(key: object.key, held: self.held(object))) }
    }

    /// Takes the list that has come in: what it lacks is gone, all in one step.
    mutating func endList(version text: String) -> [InformerChange<Value>] {
        let version = ResourceVersion(text)
        let isInitial = self.position == nil
        // A list from the past is only given to a cache when the store was restored from a backup: own writes of the
        // time that is now undone are never echoed.
        if let position, version.isOlder(than: position) {
            self.deleted = [:]
            for key in self.entries.keys { self.entries[key]?.awaitsEcho = false }
        }
        var changes: [InformerChange<Value>] = []
        let list = self.incoming
        self.incoming = []
        let listed = Set(list.map(\.key))
        let uids = Set(list.map(\.held.uid))
        for (key, entry) in self.entries where !listed.contains(key) {
            // Our own write may be younger than the list.
            if entry.awaitsEcho, version.isOlder(than: entry.held.version) { continue }
            changes.append(self.set(nil, for: key))
        }
        self.entries.reserveCapacity(list.count)
        for object in list {
            guard var change = self.upsert(object.key, object.held) else { continue }
            change.isInitial = isInitial
            changes.append(change)
        }
        self.deleted = self.deleted.filter { uids.contains($0.key) || version.isOlder(than: $0.value) }
        self.position = version
        return changes
    }

    /// An object as it is to be held: the one that is there, when it is of the same version.
    func held(_ object: Object) -> Held {
        let version = ResourceVersion(object.metadata.resourceVersion)
        let uid = object.metadata.uid
        let earlier = self.entries[object.key]?.held.of(uid)
        if let earlier, earlier.version == version { return earlier }
        return Held(value: self.decode(object, earlier?.value), uid: uid, version: version)
    }

    /// Takes the result of our own create or update.
    mutating func observe(_ held: Held, for key: ObjectKey) -> InformerChange<Value>? {
        // What the events already cover is in the cache, or has been deleted since.
        if let position, held.version.isAtMost(position) { return nil }
        if self.deleted[held.uid] != nil { return nil }
        if let known = self.entries[key]?.held.version, known == held.version || held.version.isOlder(than: known) {
            return nil
        }
        return self.set(Entry(held: held, awaitsEcho: true), for: key)
    }

    /// Takes the result of our own deletion of an object that is now gone.
    mutating func observeDeletion(_ object: Object) -> InformerChange<Value>? {
        let version = ResourceVersion(object.metadata.resourceVersion)
        let uid = object.metadata.uid
        let entry = self.entries[object.key]
        // Gone already, and nothing older can come: there is nothing to guard against.
        if entry == nil, position.map({ version.isAtMost($0) }) ?? false { return nil }
        if !uid.isEmpty { self.deleted[uid] = version }
        guard let entry, entry.held.uid == uid else { return nil }
        return self.set(nil, for: object.key)
    }

    private mutating func upsert(_ key: ObjectKey, _ held: Held) -> InformerChange<Value>? {
        if self.deleted[held.uid] != nil { return nil }
        if let entry = self.entries[key] {
            if entry.held.version == held.version {
                self.entries[key]?.awaitsEcho = false
                return nil
            }
            if entry.awaitsEcho, held.version.isOlder(than: entry.held.version) { return nil }
        }
        return self.set(Entry(held: held, awaitsEcho: false), for: key)
    }

    private mutating func remove(_ object: Object) -> InformerChange<Value>? {
        let uid = object.metadata.uid
        self.deleted[uid] = nil
        guard let entry = self.entries[object.key] else { return nil }
        // A deletion is final for its uid; of another object by that name it tells nothing.
        let isSame = !uid.isEmpty && entry.held.uid == uid
        let version = ResourceVersion(object.metadata.resourceVersion)
        if !isSame, entry.awaitsEcho, version.isOlder(than: entry.held.version) { return nil }
        return self.set(nil, for: object.key)
    }

    private mutating func set(_ new: Entry?, for key: ObjectKey) -> InformerChange<Value> {
        let old = self.entries[key]
        self.entries[key] = new
        for index in self.registry {
            let before = old.map { index.values($0.held.value) } ?? []
            let after = new.map { index.values($0.held.value) } ?? []
            guard before != after else { continue }
            for value in before {
                self.indexes[index.name]?[value]?.remove(key)
                if self.indexes[index.name]?[value]?.isEmpty ?? false { self.indexes[index.name]?[value] = nil }
            }
            for value in after { self.indexes[index.name, default: [:]][value, default: []].insert(key) }
        }
        return InformerChange(key: key, old: old?.held.value, new: new?.held.value)
    }

    private mutating func advance(to version: ResourceVersion) {
        if let position, version.isOlder(than: position) { return }
        self.position = version
    }
}
