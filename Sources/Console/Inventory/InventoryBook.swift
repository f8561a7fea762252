import JSON
import KubernetesModel
import Planning
import ResourceStore
import Resources

/// Where one inventory is kept: a ConfigMap of its own, found by name and known by its label.
///
/// *Guarantees:* changes are made to the set as it is on the server, so that two runs at once lose nothing; a ConfigMap
/// without our label is never written.
package struct InventoryBook: Sendable {
    /// The label that makes a ConfigMap an inventory; its value is the inventory's name.
    package static let label = "peerage.dev/inventory"
    /// The longest name: it is the value of a label, and the end of the ConfigMap's name.
    static let maximumLength = 63

    /// The inventory's name.
    package let name: String
    /// The ConfigMap's key.
    package let key: ObjectKey
    private let store: any ResourceStore

    /// Creates a book; nothing is asked of the server yet.
    ///
    /// - Parameters:
    ///   - name: The inventory's name.
    ///   - namespace: The namespace of its ConfigMap.
    ///   - store: The server.
    /// - Throws: What is wrong with the name.
    package init(_ name: String, in namespace: String, store: any ResourceStore) throws(CommandFailure) {
        guard DNSLabel(name) != nil else {
            throw CommandFailure(
                .couldNotTell,
                "--inventory \"\(name.oneLine)\" is not a name: 1 to \(Self.maximumLength) of a-z, 0-9 and -, with a "
                    + "letter or digit at both ends"
            )
        }
        self.name = name
        self.key = ObjectKey(namespace: namespace, name: "peerage-inventory-\(name)")
        self.store = store
    }

    /// Reads the set; an inventory that does not exist is empty.
    package func read() async throws(APIStatus) -> AppliedSet {
        do throws(APIStatus) {
            return try self.set(in: try await self.store.get(.configMap, self.key))
        } catch {
            guard error.reason == .notFound else { throw error }
            return AppliedSet()
        }
    }

    /// Changes the set as it is on the server.
    ///
    /// - Parameter change: Changes the set; it may be called again when somebody else was faster.
    /// - Throws: What the server says, or that the ConfigMap is no inventory.
    package func edit(_ change: (inout AppliedSet) -> Void) async throws(APIStatus) {
        for _ in 1..<ObjectEditor.attempts {
            do throws(APIStatus) { return try await self.editOnce(change) } catch {
                guard error.reason == .conflict || error.reason == .alreadyExists else { throw error }
            }
        }
        try await self.editOnce(change)
    }

    private func editOnce(_ change: (inout AppliedSet) -> Void) async throws(APIStatus) {
        let live: Object
        do throws(APIStatus) {
            live = try await self.store.get(.configMap, self.key)
        } catch {
            guard error.reason == .notFound else { throw error }
            var set = AppliedSet()
            change(&set)
            guard !set.uids.isEmpty else { return }
            _ = try await self.store.create(.configMap, self.object(holding: set))
            return
        }
        let before = try self.set(in: live)
        var set = before
        change(&set)
        guard set != before else { return }
        var object = live
        object.content["data"] = [AppliedSet.member: .string(set.text)]
        _ = try await self.store.update(.configMap, object)
    }

    /// The inventories beside this one that hold an entry, by name.
    ///
    /// - Parameter entries: What is about to be pruned; inventories are looked for in their namespaces too.
    /// - Returns: For each entry that another inventory holds, that inventory's name.
    /// - Throws: What the server says.
    package func otherHolders(of entries: [Inventory.Entry]) async throws(APIStatus) -> [Inventory.Entry: String] {
        var holders: [Inventory.Entry: String] = [:]
        for namespace in Set(entries.map(\.key.namespace) + [self.key.namespace]) where !namespace.isEmpty {
            for object in try await self.store.list(.configMap, namespace: namespace).objects {
                guard let name = object.metadata.labels[Self.label], object.key != self.key,
                    let set = AppliedSet(object)
                else { continue }
                for entry in entries where set.uids[entry] != nil { holders[entry] = name }
            }
        }
        return holders
    }

    private func set(in configMap: Object) throws(APIStatus) -> AppliedSet {
        guard configMap.metadata.labels[Self.label] == self.name else {
            throw APIStatus(
                .invalid,
                "ConfigMap \(self.key) is there and is not the inventory \"\(self.name)\": it lacks the label "
                    + "\(Self.label)=\(self.name); choose another --inventory"
            )
        }
        guard let set = AppliedSet(configMap) else {
            throw APIStatus(
                .internalError,
                "ConfigMap \(self.key) is damaged: data.\(AppliedSet.member) is not a list of objects; nothing is "
                    + "pruned until it is restored, or deleted to begin a new inventory"
            )
        }
        return set
    }

    private func object(holding set: AppliedSet) -> Object {
        let metadata = ObjectMeta(
            name: self.key.name,
            namespace: self.key.namespace,
            labels: [Self.label: self.name, "app.kubernetes.io/managed-by": "peerage"]
        )
        return Object(kind: .configMap, metadata: metadata, content: ["data": [AppliedSet.member: .string(set.text)]])
    }
}
