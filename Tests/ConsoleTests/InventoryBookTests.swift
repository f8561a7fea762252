import Clocks
import JSON
import KubernetesModel
import Planning
import ResourceStore
import Resources
import Synchronization
import Testing

@testable import Console

@Suite("InventoryBook")
struct InventoryBookTests {
    private static func book(_ name: String, _ store: MemoryStore) throws -> InventoryBook {
        try InventoryBook(name, in: "fleet", store: store)
    }

    private static func object(_ name: String, _ kind: ResourceKind = .bigPeerReplication) -> Object {
        Object(kind: kind, metadata: ObjectMeta(name: name, namespace: "fleet"))
    }

    @Test("an inventory is a labelled ConfigMap in its namespace, and reads back as it was written")
    func roundTrip() async throws {
        let store = MemoryStore()
        let book = try Self.book("prod", store)
        #expect(try await book.read() == AppliedSet())
        try await book.edit { $0.enter([Self.object("a"), Self.object("b")]) }
        let configMap = try await store.get(.configMap, book.key)
        #expect(book.key == ObjectKey(namespace: "fleet", name: "peerage-inventory-prod"))
        #expect(configMap.metadata.labels["peerage.dev/inventory"] == "prod")
        #expect(try await book.read().uids == [PrunePlanTests.entry("a"): "", PrunePlanTests.entry("b"): ""])
    }

    @Test("an object is entered before it is made, known by its uid after, and forgotten when it was refused")
    func notes() throws {
        var set = AppliedSet([PrunePlanTests.entry("old"): "u"])
        set.enter([Self.object("a"), Self.object("b"), Self.object("old")])
        var made = Self.object("a")
        made.metadata.uid = "u-a"
        set.note(applied: [made], refused: [Self.object("b"), Self.object("old")])
        #expect(set.uids == [PrunePlanTests.entry("old"): "u", PrunePlanTests.entry("a"): "u-a"])
    }

    @Test("two runs at once lose nothing of one another")
    func race() async throws {
        let store = MemoryStore()
        let book = try Self.book("prod", store)
        try await book.edit { $0.enter([Self.object("a")]) }
        let other = AppliedSet([PrunePlanTests.entry("a"): "", PrunePlanTests.entry("theirs"): ""])
        store.beforeNextWrites([
            { store in
                var metadata = ObjectMeta(name: "peerage-inventory-prod", namespace: "fleet")
                metadata.labels[InventoryBook.label] = "prod"
                store.put(
                    .configMap,
                    Object(
                        kind: .configMap,
                        metadata: metadata,
                        content: ["data": ["objects.json": .string(other.text)]]
                    )
                )
            }
        ])
        try await book.edit { $0.enter([Self.object("ours")]) }
        #expect(try await book.read().entries.count == 3)
    }

    @Test("a ConfigMap that is no inventory is neither read nor written")
    func foreign() async throws {
        let store = MemoryStore()
        let book = try Self.book("prod", store)
        store.put(.configMap, Object(kind: .configMap, metadata: ObjectMeta(name: book.key.name, namespace: "fleet")))
        let error = await #expect(throws: APIStatus.self) { try await book.edit { $0.enter([Self.object("a")]) } }
        #expect(error?.message.contains("lacks the label") == true)
        await #expect(throws: APIStatus.self) { try await book.read() }
    }

    @Test(
        "F7: a damaged inventory is an error and never an empty one",
        arguments: ["", "{}", "[1]", "[{\"kind\":\"BigPeer\"}]", "[{"]
    )
    func damaged(text: String) async throws {
        let store = MemoryStore()
        let book = try Self.book("prod", store)
        var metadata = ObjectMeta(name: book.key.name, namespace: "fleet")
        metadata.labels[InventoryBook.label] = "prod"
        store.put(
            .configMap,
            Object(kind: .configMap, metadata: metadata, content: ["data": ["objects.json": .string(text)]])
        )
        let error = await #expect(throws: APIStatus.self) { try await book.read() }
        #expect(error?.message.contains("damaged") == true)
    }

    @Test(
        "names of inventories are DNS labels",
        arguments: ["", "Prod", "a_b", "-a", String(repeating: "a", count: 64)]
    )
    func names(name: String) {
        #expect(throws: CommandFailure.self) { try InventoryBook(name, in: "fleet", store: MemoryStore()) }
    }

    @Test("other inventories of the namespace are asked whether they hold an object")
    func holders() async throws {
        let store = MemoryStore()
        let entry = PrunePlanTests.entry("a")
        try await Self.book("other", store).edit { $0.enter([Self.object("a")]) }
        let book = try Self.book("prod", store)
        try await book.edit { $0.enter([Self.object("a")]) }
        #expect(try await book.otherHolders(of: [entry]) == [entry: "other"])
    }
}

@Suite("Pruner")
struct PrunerTests {
    private final class Told: Sendable {
        private let results = Mutex<[Inventory.Entry: Pruner.Result]>([:])

        func note(_ entry: Inventory.Entry, _ result: Pruner.Result) { self.results.withLock { $0[entry] = result } }

        subscript(_ entry: Inventory.Entry) -> Pruner.Result? { self.results.withLock { $0[entry] } }
    }

    private static func pruner(_ store: MemoryStore, _ time: any Time) throws -> Pruner {
        Pruner(try InventoryBook("prod", in: "fleet", store: store), store: store, time: time)
    }

    /// A store with a replication that a finalizer keeps, and the Secret that its deletion needs.
    private static func fleet() async throws -> (MemoryStore, AppliedSet) {
        let store = MemoryStore()
        var replication = Samples.replication("cars", on: "berlin", [])
        replication.metadata.finalizers = [PeerageAPI.finalizer]
        replication.metadata.uid = "r"
        store.put(.bigPeerReplication, replication)
        var secret = Object(kind: .secret, metadata: ObjectMeta(name: "token", namespace: "fleet"))
        secret.metadata.uid = "s"
        store.put(.secret, secret)
        let set = AppliedSet([
            PrunePlanTests.entry("cars"): "r", PrunePlanTests.entry("token", .secret): "s",
            PrunePlanTests.entry("gone"): "g", PrunePlanTests.entry("stays"): "x",
        ])
        return (store, set)
    }

    @Test("a Secret stays while a replication that may need it is still there")
    func postponed() async throws {
        let (store, set) = try await Self.fleet()
        let time = ManualTime()
        let pruner = try Self.pruner(store, time)
        let plan = try await pruner.plan(set, declared: [PrunePlanTests.entry("stays")], maximumDeletes: nil)
        #expect(plan.vanished == [PrunePlanTests.entry("gone")])
        let told = Told()
        let finished = try await pruner.carryOut(plan, within: .zero, told.note)
        #expect(finished.isEmpty)
        #expect(told[PrunePlanTests.entry("cars")] == .marked)
        #expect(told[PrunePlanTests.entry("token", .secret)] == .postponed)
        #expect(try await store.get(.secret, ObjectKey(namespace: "fleet", name: "token")).metadata.uid == "s")
    }

    @Test("once the replication is gone, the Secret goes, and the inventory may forget both")
    func cleared() async throws {
        let (store, set) = try await Self.fleet()
        let pruner = try Self.pruner(store, ManualTime())
        let plan = try await pruner.plan(set, declared: [PrunePlanTests.entry("stays")], maximumDeletes: nil)
        let told = Told()
        let finished = try await pruner.carryOut(plan, within: nil) { entry, result in
            told.note(entry, result)
            // The controller lets go as soon as the deletion is asked for.
            if result == .marked { store.remove(.bigPeerReplication, entry.key) }
        }
        #expect(told[PrunePlanTests.entry("token", .secret)] == .pruned)
        #expect(finished.contains(PrunePlanTests.entry("token", .secret)))
    }
}
