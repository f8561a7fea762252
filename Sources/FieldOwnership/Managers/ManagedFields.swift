/// Who owns which fields of an object: its `metadata.managedFields`.
///
/// *Guarantees:* no entry is empty; no manager has two. An object without entries is not tracked, as in Kubernetes:
/// tracking begins when the object is created through the API, or applied by a server-side apply.
package struct ManagedFields: Sendable, Hashable {
    /// What one manager owns.
    package struct Entry: Sendable, Hashable {
        /// The manager.
        package let manager: FieldManager
        /// What it owns.
        package var fields: FieldSet
        /// When that last changed (RFC 3339), when it is known.
        package var time: String?

        /// Creates an entry.
        package init(_ manager: FieldManager, _ fields: FieldSet, time: String?) {
            self.manager = manager
            self.fields = fields
            self.time = time
        }
    }

    /// The entries in the order in which Kubernetes shows them.
    package private(set) var entries: [Entry]

    /// Creates the ownership of an object that is not tracked.
    package init() {
        self.entries = []
    }

    /// Creates an ownership from entries in any order, leaving out empty ones.
    package init(_ entries: [Entry]) {
        self.init()
        for entry in entries {
            if let index = self.index(of: entry.manager) {
                self.entries[index] = entry
            } else {
                self.entries.append(entry)
            }
        }
        self.settle()
    }

    /// Whether the object is not tracked.
    package var isEmpty: Bool { self.entries.isEmpty }

    /// What all managers own together.
    package var fields: FieldSet { self.entries.reduce(FieldSet()) { $0.union($1.fields) } }

    /// What a manager owns.
    package subscript(manager: FieldManager) -> Entry? { self.index(of: manager).map { self.entries[$0] } }

    /// Whether the same managers own the same fields, whenever they got them.
    package func isSame(as other: ManagedFields) -> Bool {
        self.entries.count == other.entries.count
            && self.entries.allSatisfy { entry in
                other[entry.manager].map { $0.manager == entry.manager && $0.fields == entry.fields } ?? false
            }
    }

    /// Gives an entry in the place of the manager's former one.
    mutating func set(_ entry: Entry) {
        if let index = self.index(of: entry.manager) { self.entries.remove(at: index) }
        self.entries.append(entry)
        self.settle()
    }

    /// Changes what each manager owns.
    mutating func changeFields(_ change: (Entry) -> FieldSet) {
        for index in self.entries.indices { self.entries[index].fields = change(self.entries[index]) }
        self.settle()
    }

    /// Drops the entries of other versions: nobody can tell any more what their fields mean.
    mutating func dropOtherVersions(than apiVersion: String) {
        self.entries.removeAll { $0.manager.apiVersion != apiVersion }
    }

    private func index(of manager: FieldManager) -> Int? {
        self.entries.firstIndex { $0.manager.isSame(as: manager) }
    }

    private mutating func settle() {
        self.entries.removeAll(where: \.fields.isEmpty)
        self.mergeOldUpdates()
        self.entries.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
    }

    /// How many entries of updates there may be.
    ///
    /// Source: `DefaultMaxUpdateManagers` of `k8s.io/apimachinery/pkg/util/managedfields`.
    static let maximumUpdates = 10

    /// Puts the oldest updates together when there are too many.
    private mutating func mergeOldUpdates() {
        let updates = self.entries.filter { $0.manager.operation == .update }.sorted {
            $0.sortKey.lexicographicallyPrecedes($1.sortKey)
        }
        let surplus = updates.count - Self.maximumUpdates
        guard surplus > 0, let apiVersion = updates.first?.manager.apiVersion else { return }
        let old = updates.filter { $0.manager.apiVersion == apiVersion }.prefix(surplus + 1)
        let managers = old.map(\.manager)
        let bucket = FieldManager("ancient-changes", .update, apiVersion: apiVersion)
        let former = self[bucket]?.fields ?? FieldSet()
        let fields = old.reduce(former) { $0.union($1.fields) }
        self.entries.removeAll { managers.contains($0.manager) || $0.manager.isSame(as: bucket) }
        self.entries.append(Entry(bucket, fields, time: old.last?.time))
    }
}

extension ManagedFields.Entry {
    /// What entries are ordered by.
    fileprivate var sortKey: [String] {
        let manager = self.manager
        return [manager.operation.rawValue, self.time ?? "", manager.name, manager.apiVersion, manager.subresource]
    }
}
