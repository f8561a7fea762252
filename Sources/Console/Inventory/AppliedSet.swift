import JSON
import KubernetesModel
import Planning
import Resources

/// What an inventory has applied: every object with the uid that it had, which tells it from a later namesake.
///
/// Kept in a ConfigMap, one line of JSON for each object:
///
///     {"group":"peerage.dev","kind":"BigPeer","name":"berlin","namespace":"fleet","uid":"…"}
package struct AppliedSet: Sendable, Hashable {
    /// The member of the ConfigMap's data.
    static let member = "objects.json"

    /// The objects, each with its uid; an empty one stands for an object that was about to be made.
    package var uids: [Inventory.Entry: String]

    /// Creates a set.
    package init(_ uids: [Inventory.Entry: String] = [:]) {
        self.uids = uids
    }

    /// The objects.
    package var entries: Set<Inventory.Entry> { Set(self.uids.keys) }

    /// Reads a ConfigMap; `nil` when it does not hold a set.
    package init?(_ configMap: Object) {
        guard let text = configMap.content["data"]?[Self.member]?.string,
            let elements = try? JSONValue(parsing: text).array
        else { return nil }
        self.uids = [:]
        for element in elements {
            guard let group = element["group"]?.string, let kind = element["kind"]?.string,
                let namespace = element["namespace"]?.string, let name = element["name"]?.string,
                !kind.isEmpty, !name.isEmpty
            else { return nil }
            let key = ObjectKey(namespace: namespace, name: name)
            self.uids[Inventory.Entry(group: group, kind: kind, key: key)] = element["uid"]?.string ?? ""
        }
    }

    /// The text to keep.
    var text: String {
        let lines = self.uids.sorted { $0.key < $1.key }.map { entry, uid in
            let line: JSONValue = [
                "group": .string(entry.group), "kind": .string(entry.kind),
                "namespace": .string(entry.key.namespace), "name": .string(entry.key.name), "uid": .string(uid),
            ]
            return line.text
        }
        return "[\n\(lines.joined(separator: ",\n"))\n]\n"
    }

    /// Enters objects before they are written, so that what is made in a run that is cut short is still known.
    ///
    /// - Parameter objects: What is about to be applied.
    package mutating func enter(_ objects: [Object]) {
        for entry in objects.map(Inventory.Entry.init) where self.uids[entry] == nil { self.uids[entry] = "" }
    }

    /// Notes what became of the objects of a run.
    ///
    /// - Parameters:
    ///   - applied: Those that are on the server now.
    ///   - refused: Those that the server plainly did not take: they stay only if an earlier run applied them.
    package mutating func note(applied: [Object], refused: [Object]) {
        for object in applied { self.uids[Inventory.Entry(object)] = object.metadata.uid }
        for object in refused where self.uids[Inventory.Entry(object)] == "" {
            self.uids[Inventory.Entry(object)] = nil
        }
    }
}

extension Inventory.Entry {
    /// The entry's kind; `nil` for one that this version does not know.
    package var resourceKind: ResourceKind? {
        KnownKinds.definitions.first { $0.kind.group == self.group && $0.kind.kind == self.kind }?.kind
    }

    /// `bigpeer.peerage.dev/berlin`.
    package var label: String {
        self.resourceKind?.label(of: self.key.name) ?? "\(self.kind.lowercased())/\(self.key.name)"
    }
}
