import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import SQLiteStore

@Suite("SQLiteStore namespaces")
struct StoreNamespaceTests {
    private let folder: TestFolder
    private let store: SQLiteStore

    init() throws {
        self.folder = try TestFolder()
        self.store = try self.folder.open()
    }

    private func names() async throws -> [String] {
        try await self.store.list(.namespace, namespace: nil).objects.map(\.metadata.name)
    }

    @Test("default is there from the start, once")
    func defaultNamespace() async throws {
        let first = try await self.store.list(.namespace, namespace: nil).objects
        #expect(first.map(\.metadata.name) == ["default"])
        await self.store.close()
        let reopened = try self.folder.open()
        #expect(try await reopened.list(.namespace, namespace: nil).objects == first)
    }

    @Test("a namespace comes with the first object in it")
    func implicit() async throws {
        let version = self.store.currentResourceVersion
        let watch = try await self.store.watch(.namespace, namespace: nil, from: version)
        _ = try await self.store.create(.widget, .widget("a", in: "new"))
        _ = try await self.store.create(.widget, .widget("b", in: "new"))
        #expect(try await self.names() == ["default", "new"])
        guard case .added(let namespace) = try await watch.take(1).first else {
            Issue.record("no namespace was announced")
            return
        }
        #expect(namespace.metadata.name == "new")
        #expect(namespace.status == ["phase": "Active"])
        #expect(namespace.metadata.namespace.isEmpty)
    }

    @Test("a refused object brings no namespace")
    func refused() async throws {
        var large = Object.widget("a", in: "new")
        large.spec = .string(String(repeating: "x", count: WriteTransaction.maximumObjectBytes))
        #expect(await reason { try await self.store.create(.widget, large) } == .requestEntityTooLarge)
        #expect(try await self.names() == ["default"])
    }

    @Test("default cannot be deleted")
    func deleteDefault() async {
        #expect(await reason { try await self.store.delete(.namespace, "default") } == .forbidden)
    }

    @Test("a namespace takes with it what is in it")
    func cascade() async throws {
        _ = try await self.store.create(.widget, .widget("a", in: "old"))
        _ = try await self.store.create(.event, .event("e", in: "old"))
        _ = try await self.store.create(.widget, .widget("b", in: "kept"))
        guard case .gone = try await self.store.delete(.namespace, "old") else {
            Issue.record("not gone")
            return
        }
        #expect(try await self.names() == ["default", "kept"])
        #expect(try await self.store.list(.event, namespace: nil).objects.isEmpty)
        #expect(try await self.store.list(.widget, namespace: nil).objects.map(\.metadata.name) == ["b"])
    }

    @Test("a namespace waits for finalizers inside it and lets nothing new in")
    func terminating() async throws {
        _ = try await self.store.create(.widget, .widget("a", in: "old", finalizers: ["x"]))
        guard case .marked(let marked) = try await self.store.delete(.namespace, "old") else {
            Issue.record("not marked")
            return
        }
        #expect(marked.status == ["phase": "Terminating"])
        #expect(try await self.store.delete(.namespace, "old") == .marked(marked))
        #expect(await reason { try await self.store.create(.widget, .widget("b", in: "old")) } == .forbidden)
        var labelled = marked
        labelled.metadata.labels["a"] = "b"
        _ = try await self.store.update(.namespace, labelled)
        #expect(try await self.names() == ["default", "old"])
        var object = try await self.store.get("a", in: "old")
        object.metadata.finalizers = []
        _ = try await self.store.update(.widget, object)
        #expect(try await self.names() == ["default"])
    }
}
