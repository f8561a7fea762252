import JSON
import KubernetesModel
import ResourceStore
import Resources
import Testing

@testable import Console

@Suite("Applier")
struct ApplierTests {
    private static let key = ObjectKey(namespace: "fleet", name: "berlin")

    private static func manifest(_ url: String) -> Object {
        var object = Object(kind: .bigPeer, metadata: ObjectMeta(name: "berlin", namespace: "fleet"))
        object.spec = ["endpoint": ["url": .string(url)]]
        return object
    }

    @Test("an object is created, then unchanged, then configured")
    func verbs() async throws {
        let applier = Applier(store: MemoryStore())
        #expect(try await applier.apply(.bigPeer, Self.manifest("https://a")).verb == .created)
        #expect(try await applier.apply(.bigPeer, Self.manifest("https://a")).verb == .unchanged)
        #expect(try await applier.apply(.bigPeer, Self.manifest("https://b")).verb == .configured)
    }

    @Test("fields that the manifest never named stay, and those of somebody faster survive")
    func race() async throws {
        let store = MemoryStore()
        let applier = Applier(store: store)
        _ = try await applier.apply(.bigPeer, Self.manifest("https://a"))
        let live = try await store.get(.bigPeer, Self.key)
        store.beforeNextWrites([
            { store in
                var object = live
                object.spec?["suspend"] = true
                store.put(.bigPeer, object)
            }
        ])
        #expect(try await applier.apply(.bigPeer, Self.manifest("https://b")).verb == .configured)
        let merged = try await store.get(.bigPeer, Self.key)
        #expect(merged.spec == ["endpoint": ["url": "https://b"], "suspend": true])
    }

    @Test("an object that somebody else creates in between is brought up to the manifest")
    func creationRace() async throws {
        let store = MemoryStore()
        store.beforeNextWrites([{ $0.put(.bigPeer, Self.manifest("https://other")) }])
        #expect(try await Applier(store: store).apply(.bigPeer, Self.manifest("https://a")).verb == .configured)
    }

    @Test("a fixed field that a server has let change may be put back, and become nothing else")
    func putBack() async throws {
        let store = MemoryStore()
        let applier = Applier(store: store)
        func replication(_ app: String) -> Object {
            var object = Object(kind: .bigPeerReplication, metadata: ObjectMeta(name: "r", namespace: "fleet"))
            object.spec = ["bigPeerRef": ["name": "berlin"], "app": .string(app)]
            return object
        }
        _ = try await applier.apply(.bigPeerReplication, replication("cars"))
        var changed = try await store.get(.bigPeerReplication, ObjectKey(namespace: "fleet", name: "r"))
        changed.spec?["app"] = "trucks"
        changed.content["status"] = [
            "remote": ["app": "cars", "name": "r", "bigPeerRef": ["namespace": "fleet", "name": "berlin"]]
        ]
        store.put(.bigPeerReplication, changed)
        await #expect(throws: APIStatus.self) {
            try await applier.apply(.bigPeerReplication, replication("lorries"))
        }
        #expect(try await applier.apply(.bigPeerReplication, replication("cars")).verb == .configured)
    }

    @Test("text of a Secret is compared as the server keeps it")
    func secrets() async throws {
        let applier = Applier(store: MemoryStore())
        var secret = Object(kind: .secret, metadata: ObjectMeta(name: "token", namespace: "fleet"))
        secret.content["stringData"] = ["token": "hunter2"]
        let created = try await applier.apply(.secret, secret)
        #expect(created.object.content["data"] == ["token": "aHVudGVyMg=="])
        #expect(try await applier.apply(.secret, secret).verb == .unchanged)
    }

    /// Source: RFC 4648 §10.
    @Test(
        "Base64 is that of the RFC",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(text: String, encoded: String) {
        #expect(Base64.text(of: Array(text.utf8)) == encoded)
        #expect(Base64.byteCount(of: encoded) == text.utf8.count)
    }

    @Test("each kind comes after those it needs")
    func order() throws {
        let documents: [JSONValue] = [
            ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"]],
            [
                "apiVersion": "peerage.dev/v1alpha1", "kind": "BigPeer", "metadata": ["name": "p"],
                "spec": ["embedded": [:]],
            ],
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "n"]],
        ]
        let resources = try documents.map { try ValidatedResource(validating: $0) }
        #expect(Applier.inOrder(resources.reversed()).map(\.kind) == [.namespace, .secret, .bigPeer])
    }
}

@Suite("Deleter")
struct DeleterTests {
    private static func stuck(_ finalizers: [String]) -> Object {
        var object = Samples.replication("cars-berlin", on: "berlin", [Samples.condition(.ready, .true, .synced)])
        object.metadata.finalizers = finalizers
        object.status?["remote"] = [
            "url": "https://peer", "namespace": "ditto", "bigPeer": "bp1", "app": "cars", "name": "cars-berlin",
            "createdByUs": true,
        ]
        return object
    }

    @Test("letting go takes our finalizer off, orphans first, and knows what stays")
    func letGo() async throws {
        let store = MemoryStore()
        store.put(.bigPeerReplication, Self.stuck([PeerageAPI.finalizer]))
        let key = ObjectKey(namespace: "fleet", name: "cars-berlin")
        let (object, finalizers) = try await Deleter(store: store).letGo(.bigPeerReplication, key)
        #expect(finalizers.isEmpty)
        #expect(object.spec?["deletionPolicy"] == "Orphan")
        #expect(object.remoteSentence == "replication cars-berlin of app cars at ditto/bp1 (https://peer)")
        await #expect(throws: APIStatus.self) { try await store.get(.bigPeerReplication, key) }
    }

    @Test("what its controller lets go as soon as it may is let go, at whichever write it vanishes", arguments: 0...2)
    func vanishing(write: Int) async throws {
        let store = MemoryStore()
        let key = ObjectKey(namespace: "fleet", name: "cars-berlin")
        store.put(.bigPeerReplication, Self.stuck([PeerageAPI.finalizer]))
        let nothing: [@Sendable (MemoryStore) -> Void] = Array(repeating: { _ in }, count: write)
        store.beforeNextWrites(nothing + [{ $0.remove(.bigPeerReplication, key) }])
        let (object, finalizers) = try await Deleter(store: store).letGo(.bigPeerReplication, key)
        #expect(finalizers.isEmpty)
        #expect(object.remoteSentence == "replication cars-berlin of app cars at ditto/bp1 (https://peer)")
        await #expect(throws: APIStatus.self) { try await store.get(.bigPeerReplication, key) }
        await #expect(throws: APIStatus.self) { try await Deleter(store: store).letGo(.bigPeerReplication, key) }
    }

    @Test("finalizers of others are left alone")
    func foreign() async throws {
        let store = MemoryStore()
        store.put(.bigPeerReplication, Self.stuck([PeerageAPI.finalizer, "example.org/audit"]))
        let key = ObjectKey(namespace: "fleet", name: "cars-berlin")
        let (_, finalizers) = try await Deleter(store: store).letGo(.bigPeerReplication, key)
        #expect(finalizers == ["example.org/audit"])
        #expect(try await store.get(.bigPeerReplication, key).metadata.isBeingDeleted)
    }

    @Test("a deletion that hangs says what blocks it and how to force it")
    func sentence() {
        var object = Samples.unreachablePeer("rome")
        object.metadata.finalizers = [PeerageAPI.finalizer]
        object.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        let sentence = object.deletionSentence(.bigPeer)
        #expect(sentence.contains("Unreachable: being deleted; connection refused"))
        #expect(sentence.contains("peerage delete bigpeer rome --force-orphan"))
    }

    @Test("an edit that others outrun again and again ends with the conflict")
    func outrun() async throws {
        let store = MemoryStore()
        store.put(.bigPeer, Samples.readyPeer("berlin"))
        store.beforeNextWrites(
            Array(repeating: { $0.put(.bigPeer, Samples.readyPeer("berlin")) }, count: ObjectEditor.attempts)
        )
        let error = await #expect(throws: APIStatus.self) {
            try await ObjectEditor(store: store).edit(.bigPeer, ObjectKey(namespace: "fleet", name: "berlin")) {
                $0.spec?["suspend"] = true
            }
        }
        #expect(error?.reason == .conflict)
    }
}
