import JSON
import KubernetesModel

/// What a folder of manifests has brought into the store: only these objects are ever pruned.
///
/// An object is entered *before* it is created, so that a process killed in between still knows it.
struct Inventory: Sendable, Hashable {
    /// One object, by what names it whatever its version.
    struct Entry: Sendable, Hashable, Comparable, CustomStringConvertible {
        let group: String
        let kind: String
        let key: ObjectKey

        init(group: String, kind: String, key: ObjectKey) {
            self.group = group
            self.kind = kind
            self.key = key
        }

        init(_ object: Object) {
            let slash = object.apiVersion.firstIndex(of: "/")
            self.init(
                group: slash.map { String(object.apiVersion[..<$0]) } ?? "",
                kind: object.kind,
                key: object.key
            )
        }

        var description: String { "\(self.kind) \(self.key)" }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.kind, left.key) < (right.kind, right.key)
        }
    }

    /// The objects.
    var entries: Set<Entry> = []

    /// Reads what was stored; `nil` when it is no inventory.
    init?(_ bytes: [UInt8]) {
        guard let elements = try? JSONValue(parsing: bytes).array else { return nil }
        for element in elements {
            guard let fields = element.array?.compactMap(\.string), fields.count == 4 else { return nil }
            let key = ObjectKey(namespace: fields[2], name: fields[3])
            self.entries.insert(Entry(group: fields[0], kind: fields[1], key: key))
        }
    }

    /// Creates an inventory.
    init(_ entries: Set<Entry> = []) {
        self.entries = entries
    }

    /// What to store.
    var bytes: [UInt8] {
        JSONValue.array(
            self.entries.sorted().map {
                [.string($0.group), .string($0.kind), .string($0.key.namespace), .string($0.key.name)]
            }
        ).bytes
    }
}
