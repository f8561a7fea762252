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

    /// Reads what was stored; `nil` when it is no inventory.
    package init?(_ bytes: [UInt8]) {
        guard let elements = try? JSONValue(parsing: bytes).array else { return nil }
        for element in elements {
            guard let fields = element.array?.compactMap(\.string), fields.count == 4 else { return nil }
            let key = ObjectKey(namespace: fields[2], name: fields[3])
            self.entries.insert(Entry(group: fields[0], kind: fields[1], key: key))
        }
    }

    /// Creates an inventory.
    package init(_ entries: Set<Entry> = []) {
        self.entries = entries
    }

    /// What to store.
    package var bytes: [UInt8] {
        JSONValue.array(
            self.entries.sorted().map {
                [.string($0.group), .string($0.kind), .string($0.key.namespace), .string($0.key.name)]
            }
        ).bytes
    }
}
