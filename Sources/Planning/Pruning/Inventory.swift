import JSON
import KubernetesModel

/// What a set of manifests has brought into a store: only these objects are ever pruned.
///
/// An object is entered *before* it is created, so that a process killed in between still knows it.
package struct Inventory: Sendable, Hashable {
    /// One object, by what names it whatever its version.
    package struct Entry: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The API group.
        package let group: String
        /// The kind.
        package let kind: String
        /// The key.
        package let key: ObjectKey

        /// Creates an entry.
        package init(group: String, kind: String, key: ObjectKey) {
            self.group = group
            self.kind = kind
            self.key = key
        }

        /// The entry of an object.
        package init(_ object: Object) {
            let slash = object.apiVersion.firstIndex(of: "/")
            self.init(
                group: slash.map { String(object.apiVersion[..<$0]) } ?? "",
                kind: object.kind,
                key: object.key
            )
        }

        /// `BigPeer default/berlin`.
        package var description: String { "\(self.kind) \(self.key)" }

        /// Orders by kind, then by key.
        package static func < (left: Entry, right: Entry) -> Bool {
            (left.kind, left.key) < (right.kind, right.key)
        }
    }

    /// The objects.
    package var entries: Set<Entry> = []
    /// Those of them that were about to be made when this was written: nobody has seen yet that they were.
    package var unconfirmed: Set<Entry> = []

    /// What ends the entry of an unconfirmed object.
    private static let mark = "unconfirmed"

    /// Reads what was stored; `nil` when it is no inventory.
    package init?(_ bytes: [UInt8]) {
        guard let elements = try? JSONValue(parsing: bytes).array else { return nil }
        for element in elements {
            guard let fields = element.array?.compactMap(\.string), fields.count >= 4,
                fields[4...] == [] || fields[4...] == [Self.mark]
            else { return nil }
            let key = ObjectKey(namespace: fields[2], name: fields[3])
            let entry = Entry(group: fields[0], kind: fields[1], key: key)
            self.entries.insert(entry)
            if fields.count > 4 { self.unconfirmed.insert(entry) }
        }
    }

    /// Creates an inventory.
    package init(_ entries: Set<Entry> = []) {
        self.entries = entries
    }

    /// What to store.
    package var bytes: [UInt8] {
        JSONValue.array(
            self.entries.sorted().map { entry in
                let fields = [entry.group, entry.kind, entry.key.namespace, entry.key.name]
                let mark = self.unconfirmed.contains(entry) ? [Self.mark] : []
                return .array((fields + mark).map(JSONValue.string))
            }
        ).bytes
    }

    /// Forgets an object.
    package mutating func remove(_ entry: Entry) {
        self.entries.remove(entry)
        self.unconfirmed.remove(entry)
    }
}
