import ControllerRuntime
import FoundationEssentials
import JSON
import KubernetesModel
import Logging
import Planning
import ResourceStore
import Resources
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

@Suite("A folder of manifests")
struct ManifestSourceTests {
    /// A folder of manifests and a store; passes are made by hand.
    private final class Scene: Sendable {
        let root: URL
        let manifests: URL
        let store: SQLiteStore
        /// What the people who look at an object were told.
        let notes = Mutex<[EventNote]>([])

        init() throws {
            self.root = FileManager.default.temporaryDirectory.appending(path: "peerage-\(UUID())")
            self.manifests = self.root.appending(path: "manifests")
            try FileManager.default.createDirectory(at: self.manifests, withIntermediateDirectories: true)
            self.store = try SQLiteStore(folder: self.root.path()) { "2026-11-21T00:00:00Z" }
        }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: self.manifests.appending(path: name))
        }

        func remove(_ name: String) throws {
            try FileManager.default.removeItem(at: self.manifests.appending(path: name))
        }

        func pass(maximumDeletes: Int? = nil) async -> ManifestSource.Report {
            await ManifestSource(
                folder: self.manifests.path(),
                store: self.store,
                maximumDeletes: maximumDeletes,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                tell: { [self] note in self.notes.withLock { $0.append(note) } }
            ).pass()
        }

        func delete(_ name: String) async throws {
            let key = ObjectKey(namespace: "default", name: name)
            _ = try await self.store.delete(.bigPeer, key, preconditions: Preconditions())
        }

        var names: [String] {
            get async throws { try await self.store.list(.bigPeer, namespace: nil).objects.map(\.metadata.name) }
        }

        func close() async {
            await self.store.close()
            try? FileManager.default.removeItem(at: self.root)
        }
    }

    private static func peer(_ name: String, _ more: String = "") -> String {
        """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: \(name)}
        spec: {embedded: {}\(more)}
        """
    }

    @Test("a link that leads nowhere, as after a lost mount, deletes nothing", arguments: [true, false])
    func brokenLink(isFolder: Bool) async throws {
        let scene = try Scene()
        let mount = scene.root.appending(path: "mount")
        try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
        try Data(Self.peer("far").utf8).write(to: mount.appending(path: "far.yaml"))
        try scene.write("near.yaml", Self.peer("near"))
        let link = scene.manifests.appending(path: isFolder ? "sub" : "far.yaml")
        let target = isFolder ? mount : mount.appending(path: "far.yaml")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
        #expect(await scene.pass().created == 2)
        try FileManager.default.moveItem(at: mount, to: scene.root.appending(path: "mount.off"))
        try scene.write("new.yaml", Self.peer("new"))
        let report = await scene.pass()
        #expect(report.deleted == 0)
        #expect(report.problems.first?.contains("a link to what is not there") == true)
        #expect(try await scene.names.sorted() == ["far", "near"])
        await scene.close()
    }

    @Test("a Secret is kept as a server keeps it: its text in data, with a type")
    func secretText() async throws {
        let scene = try Scene()
        try scene.write(
            "s.json",
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"v"}}"#
        )
        #expect(await scene.pass().created == 1)
        let secret = try await scene.store.get(.secret, ObjectKey(namespace: "default", name: "s"))
        #expect(secret.content["stringData"] == nil)
        #expect(secret.content["data"] == ["k": "dg=="])
        #expect(secret.content["type"] == "Opaque")
        #expect(await scene.pass().unchanged == 1)
        await scene.close()
    }

    @Test("who waits for the first pass is told what is wrong with the files")
    func firstPass() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a", ", unknown: 1"))
        let source = ManifestSource(
            folder: scene.manifests.path(),
            store: scene.store,
            maximumDeletes: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            tell: { _ in }
        )
        #expect(!source.standing.isRead)
        let running = Task { try await source.run() }
        let problems = try await source.untilFirstPass()
        #expect(problems.count == 1)
        #expect(problems.first?.contains("a.yaml:4") == true)
        #expect(source.standing.isRead)
        #expect(source.standing.problems == problems)
        running.cancel()
        _ = await running.result
        await scene.close()
    }

    @Test("what is there is applied, and applying it again changes nothing")
    func apply() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        try scene.write(
            "b.json",
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"v"}}"#
        )
        let first = await scene.pass()
        #expect(first.created == 2)
        #expect(first.problems == [])
        let version = scene.store.currentResourceVersion
        let second = await scene.pass()
        #expect(second.unchanged == 2)
        #expect(scene.store.currentResourceVersion == version)
        await scene.close()
    }

    @Test("a change of a manifest ends the account of who owned which field, and nothing else does")
    func ownership() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        _ = await scene.pass()
        var object = try await scene.store.get(.bigPeer, ObjectKey(namespace: "default", name: "a"))
        object.metadata.other["managedFields"] = [["manager": "somebody"]]
        _ = try await scene.store.update(.bigPeer, object)
        _ = await scene.pass()
        object = try await scene.store.get(.bigPeer, object.key)
        #expect(object.metadata.other["managedFields"] != nil)
        try scene.write("a.yaml", Self.peer("a", ", suspend: true"))
        #expect(await scene.pass().configured == 1)
        object = try await scene.store.get(.bigPeer, object.key)
        #expect(object.metadata.other["managedFields"] == nil)
        await scene.close()
    }

    @Test("a removed manifest is pruned, also when it went while nothing ran (F6)")
    func prune() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        try scene.write("b.yaml", Self.peer("b"))
        _ = await scene.pass()
        try scene.remove("a.yaml")
        // A pass by a new source knows nothing but what is stored.
        let report = await scene.pass()
        #expect(report.deleted == 1)
        #expect(try await scene.names == ["b"])
        await scene.close()
    }

    @Test("what somebody deletes and the folder declares is made anew, and who looks is told where to delete it")
    func restored() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        _ = await scene.pass()
        #expect(scene.notes.withLock { $0.isEmpty })
        let key = ObjectKey(namespace: "default", name: "a")
        _ = try await scene.store.delete(.bigPeer, key, preconditions: Preconditions())
        #expect(await scene.pass().created == 1)
        let notes = scene.notes.withLock(\.self)
        #expect(notes.map(\.reason) == ["RestoredFromManifest"])
        #expect(notes.first?.message.hasSuffix("a.yaml:1 declares it; to delete it for good, delete it there") == true)
        let live = try await scene.store.get(.bigPeer, key)
        #expect(notes.first?.about.uid == live.metadata.uid)
        await scene.close()
    }

    @Test("what was entered by a process that was killed before it made it is made, and not called made anew")
    func killedBeforeMaking() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        var inventory = Inventory()
        let key = ObjectKey(namespace: "default", name: "a")
        let entry = Inventory.Entry(
            Object(kind: .bigPeer, metadata: ObjectMeta(name: key.name, namespace: key.namespace))
        )
        inventory.entries = [entry]
        inventory.unconfirmed = [entry]
        try await scene.store.setSetting("manifests/inventory", inventory.bytes)
        #expect(await scene.pass().created == 1)
        #expect(scene.notes.withLock { $0.isEmpty })
        _ = try await scene.store.delete(.bigPeer, key, preconditions: Preconditions())
        #expect(await scene.pass().created == 1)
        let notes = scene.notes.withLock(\.self)
        #expect(notes.map(\.reason) == ["RestoredFromManifest"])
        await scene.close()
    }

    @Test("what somebody else made is not pruned")
    func foreign() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        _ = await scene.pass()
        let object = Object(kind: .bigPeer, metadata: ObjectMeta(name: "mine", namespace: "default"))
        _ = try await scene.store.create(.bigPeer, object)
        _ = await scene.pass()
        #expect(try await scene.names == ["a", "mine"])
        await scene.close()
    }

    @Test("an object that a manifest could not be applied to stays somebody else's when the manifest goes")
    func refused() async throws {
        let scene = try Scene()
        let theirs = Object(
            kind: .bigPeer,
            metadata: ObjectMeta(name: "a", namespace: "default"),
            content: ["spec": ["endpoint": ["url": "https://berlin.example"]]]
        )
        _ = try await scene.store.create(.bigPeer, theirs)
        try scene.write("a.yaml", Self.peer("a"))
        try scene.write("b.yaml", Self.peer("b"))
        let first = await scene.pass()
        #expect(first.created == 1)
        #expect(first.problems.count == 1, "an endpoint cannot become embedded: \(first.problems)")
        try scene.remove("a.yaml")
        let second = await scene.pass()
        #expect(second.deleted == 0)
        #expect(try await scene.names == ["a", "b"])
        await scene.close()
    }

    @Test("an object that was there and took its manifest is the folder's, and goes with the manifest")
    func takenOver() async throws {
        let scene = try Scene()
        let theirs = Object(
            kind: .bigPeer,
            metadata: ObjectMeta(name: "a", namespace: "default"),
            content: ["spec": ["embedded": [:]]]
        )
        _ = try await scene.store.create(.bigPeer, theirs)
        try scene.write("a.yaml", Self.peer("a", ", suspend: true"))
        try scene.write("b.yaml", Self.peer("b"))
        #expect(await scene.pass().problems == [])
        try scene.remove("a.yaml")
        #expect(await scene.pass().deleted == 1)
        await scene.close()
    }

    @Test("an object that was the folder's stays so while its manifest cannot be applied")
    func oursRefused() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        try scene.write("b.yaml", Self.peer("b"))
        _ = await scene.pass()
        try scene.write(
            "a.yaml",
            Self.peer("a").replacing("embedded: {}", with: "endpoint: {url: https://berlin.example}")
        )
        #expect(await scene.pass().problems.count == 1)
        try scene.remove("a.yaml")
        #expect(await scene.pass().deleted == 1)
        await scene.close()
    }

    @Test("F7: a file with an error changes nothing of its own, says where, and holds back every deletion")
    func brokenFile() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        try scene.write("b.yaml", Self.peer("b"))
        try scene.write("c.yaml", Self.peer("c"))
        _ = await scene.pass()
        try scene.write("a.yaml", Self.peer("a", ", suspendd: true"))
        try scene.remove("b.yaml")
        try scene.write("c.yaml", Self.peer("c", ", suspend: true"))
        let report = await scene.pass()
        #expect(report.configured == 1, "the other files are applied")
        #expect(report.deleted == 0)
        #expect(try await scene.names == ["a", "b", "c"])
        #expect(report.problems.contains { $0.contains("a.yaml:4:22") && $0.contains("suspend") }, "\(report.problems)")
        #expect(
            report.problems.contains { $0.contains("held back 1 deletion(s): a file has an error") },
            "\(report.problems)"
        )
        let told = scene.notes.withLock { notes in notes.map { "\($0.about.key.name) \($0.reason): \($0.message)" } }
        #expect(told.count == 2, "\(told)")
        #expect(told.first?.hasPrefix("a ManifestRefused: its file has an error") == true, "\(told)")
        #expect(told.first?.contains("a.yaml:4:22") == true, "\(told)")
        #expect(told.last?.hasPrefix("b PruneHeldBack: no manifest that can be read declares it") == true, "\(told)")
        await scene.close()
    }

    @Test("what is doubtful is told, and applied all the same")
    func warnings() async throws {
        let scene = try Scene()
        try scene.write(
            "r.yaml",
            """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerReplication
            metadata: {name: r}
            spec: {bigPeerRef: {name: a}, app: shop, queriesByCollection: {cars: ["nope(color)"]}}
            """
        )
        let report = await scene.pass()
        #expect(report.problems == [])
        #expect(report.created == 1)
        #expect(report.warnings.contains { $0.contains("r.yaml:4") && $0.contains("nope") }, "\(report.warnings)")
        await scene.close()
    }

    @Test("a warning is logged once as long as it lasts, and not thousands at a time")
    func toldWarnings() {
        var told = ToldWarnings()
        #expect(told.unheard(["a", "b"]) == ["a", "b"])
        #expect(told.unheard(["a", "b", "c"]) == ["c"])
        #expect(told.unheard(["a"]).isEmpty)
        #expect(told.unheard(["a", "b"]) == ["b"])
        let many = told.unheard((0..<1_000).map(String.init))
        #expect(many.count == 21)
        #expect(many.last == "980 more; `peerage validate` tells all")
    }

    @Test("a folder that holds a link to itself is read once")
    func loop() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        try FileManager.default.createSymbolicLink(
            atPath: scene.manifests.appending(path: "loop").path(),
            withDestinationPath: "."
        )
        let report = await scene.pass()
        #expect(report.created == 1)
        #expect(report.problems == [])
        await scene.close()
    }

    @Test("F7: a folder that is gone, or suddenly empty, deletes nothing")
    func emptyFolder() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        _ = await scene.pass()
        try scene.remove("a.yaml")
        var report = await scene.pass()
        #expect(report.problems.count == 1)
        try FileManager.default.removeItem(at: scene.manifests)
        report = await scene.pass()
        #expect(report.problems.count == 1)
        #expect(report.problems.first?.contains("cannot be read") == true)
        #expect(try await scene.names == ["a"])
        await scene.close()
    }

    @Test("more deletions than the budget are held back, named, and done when allowed")
    func budget() async throws {
        let scene = try Scene()
        for number in 10..<30 { try scene.write("\(number).yaml", Self.peer("p\(number)")) }
        _ = await scene.pass()
        for number in 10..<21 { try scene.remove("\(number).yaml") }
        let held = await scene.pass()
        #expect(held.deleted == 0)
        #expect(held.problems.first?.contains("held back 11 deletion(s)") == true, "\(held.problems)")
        #expect(held.problems.first?.contains("default/p10") == true)
        #expect(Set(scene.notes.withLock { $0.map(\.reason) }) == ["PruneHeldBack"])
        #expect(scene.notes.withLock { $0.map(\.about.key.name) } == (10..<20).map { "p\($0)" })
        let allowed = await scene.pass(maximumDeletes: 11)
        #expect(allowed.deleted == 11)
        #expect(try await scene.names.count == 9)
        await scene.close()
    }

    @Test("what was deleted by hand is no longer held back, and the rest goes once it is few enough")
    func deletedByHand() async throws {
        let scene = try Scene()
        for number in 10..<30 { try scene.write("\(number).yaml", Self.peer("p\(number)")) }
        _ = await scene.pass()
        for number in 10..<22 { try scene.remove("\(number).yaml") }
        #expect(await scene.pass().heldBack == 12)
        try await scene.delete("p10")
        let held = await scene.pass()
        #expect(held.heldBack == 11)
        #expect(held.problems.first?.contains("default/p10") == false, "\(held.problems)")
        try await scene.delete("p11")
        let report = await scene.pass()
        #expect(report.problems.isEmpty && report.deleted == 10)
        #expect(try await scene.names == (22..<30).map { "p\($0)" })
        // One that is declared again later is made like any other.
        try scene.write("10.yaml", Self.peer("p10"))
        #expect(await scene.pass().created == 1)
        await scene.close()
    }

    @Test("an object whose annotation says so is kept when its manifest goes")
    func keep() async throws {
        let scene = try Scene()
        let annotated = Self.peer("a").replacing(
            "{name: a}",
            with: #"{name: a, annotations: {peerage.dev/prune: disabled}}"#
        )
        try scene.write("a.yaml", annotated)
        try scene.write("b.yaml", Self.peer("b"))
        _ = await scene.pass()
        try scene.remove("a.yaml")
        _ = await scene.pass()
        #expect(try await scene.names == ["a", "b"])
        await scene.close()
    }

    @Test("a change of what names the remote is refused and says why")
    func immutable() async throws {
        let scene = try Scene()
        let manifest = """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerReplication
            metadata: {name: r}
            spec: {bigPeerRef: {name: a}, app: cars, queriesByCollection: {}}
            """
        try scene.write("r.yaml", manifest)
        _ = await scene.pass()
        try scene.write("r.yaml", manifest.replacing("app: cars", with: "app: trucks"))
        let report = await scene.pass()
        #expect(report.problems.first?.contains("r.yaml:4:36") == true, "\(report.problems)")
        let last = scene.notes.withLock(\.last)
        let note = try #require(last)
        #expect(note.reason == "ManifestRefused")
        #expect(note.about.key == ObjectKey(namespace: "default", name: "r"))
        #expect(note.message.contains("spec.app"), "\(note.message)")
        await scene.close()
    }

    @Test("a file that is there and empty, as while it is being written, deletes nothing")
    func emptyFile() async throws {
        let scene = try Scene()
        try scene.write("a.yaml", Self.peer("a"))
        try scene.write("b.yaml", Self.peer("b"))
        _ = await scene.pass()
        try scene.write("a.yaml", "")
        let report = await scene.pass()
        #expect(report.deleted == 0)
        #expect(report.problems.first?.contains("a.yaml is there and empty") == true, "\(report.problems)")
        await scene.close()
    }

    @Test("a manifest that has only just gone is not pruned yet")
    func justGone() async throws {
        let scene = try Scene()
        try scene.write("all.yaml", Self.peer("a") + "\n---\n" + Self.peer("b"))
        _ = await scene.pass()
        try scene.write("all.yaml", Self.peer("a"))
        let source = ManifestSource(
            folder: scene.manifests.path(),
            store: scene.store,
            maximumDeletes: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            tell: { _ in }
        )
        let early = await source.pass(pruneDelay: .seconds(3_600))
        #expect(early.deleted == 0)
        #expect(early.isWaitingToPrune)
        let late = await source.pass()
        #expect(late.deleted == 1)
        await scene.close()
    }
}
