import HTTP
import JSON
import KubernetesClient
import KubernetesModel
import ResourceStore
import Testing

@testable import APIServer

@Suite("KubernetesClient against APIServer")
struct ClientTests {
    private func client(_ server: TestServer) throws -> KubernetesClient {
        let location = KubeconfigLocation(explicitPath: server.endpoint.kubeconfigPath, environment: [:])
        return KubernetesClient(try location.cluster(), http: HTTPClient())
    }

    private func widget(_ name: String) -> Object {
        var object = Object(kind: .widget, metadata: ObjectMeta(name: name, namespace: "fleet"))
        object.spec = ["size": 3]
        return object
    }

    @Test("the client does with the server what the store promises")
    func contract() async throws {
        try await TestServer.run { server in
            let client = try self.client(server)
            let store: any ResourceStore = KubernetesStore(client)
            var created = try await store.create(.widget, self.widget("a"))
            #expect(created.metadata.generation == 1)
            created.spec = ["size": 4]
            let updated = try await store.update(.widget, created)
            #expect(updated.metadata.generation == 2)
            let conflict = await #expect(throws: APIStatus.self) { try await store.update(.widget, created) }
            #expect(conflict?.reason == .conflict)
            var current = updated
            current.status = ["weight": 5]
            #expect(try await store.updateStatus(.widget, current).status == ["weight": 5])
            #expect(try await store.list(.widget, namespace: nil).objects.count == 1)
            #expect(try await store.list(.widget, namespace: "elsewhere").objects.isEmpty)
            let key = ObjectKey(namespace: "fleet", name: "a")
            let stale = Preconditions(uid: "another")
            let refused = await #expect(throws: APIStatus.self) {
                try await store.delete(.widget, key, preconditions: stale)
            }
            #expect(refused?.reason == .conflict)
            guard case .gone = try await store.delete(.widget, key, preconditions: Preconditions()) else {
                Issue.record("still there")
                return
            }
            let gone = await #expect(throws: APIStatus.self) { try await store.get(.widget, key) }
            #expect(gone?.reason == .notFound)
        }
    }

    @Test("a watch from a list misses nothing and tells nothing twice")
    func watch() async throws {
        try await TestServer.run(bookmarkInterval: .milliseconds(50)) { server in
            let client = try self.client(server)
            _ = try await client.create(.widget, self.widget("a"))
            let list = try await client.list(.widget, namespace: "fleet")
            let watch = try await client.watch(.widget, namespace: "fleet", from: list.resourceVersion)
            for name in ["b", "c"] { _ = try await client.create(.widget, self.widget(name)) }
            _ = try await client.delete(.widget, ObjectKey(namespace: "fleet", name: "b"))
            var seen: [String] = []
            var bookmarks = 0
            while seen.count < 3 || bookmarks == 0 {
                for event in try #require(try await watch.next()) {
                    switch event {
                    case .added(let object): seen.append("+\(object.metadata.name)")
                    case .modified(let object): seen.append("~\(object.metadata.name)")
                    case .deleted(let object): seen.append("-\(object.metadata.name)")
                    case .bookmark: bookmarks += 1
                    }
                }
            }
            #expect(seen == ["+b", "+c", "-b"])
            watch.cancel()
            #expect(try await watch.next() == nil)
        }
    }

    @Test("a table has the columns of kubectl, and long lists come page by page")
    func tables() async throws {
        try await TestServer.run { server in
            let client = try self.client(server)
            for index in 0..<501 { _ = try await client.create(.widget, self.widget("w\(index)")) }
            #expect(try await client.list(.widget, namespace: nil).objects.count == 501)
            let table = try await client.table(.widget, namespace: "fleet", name: "w7")
            #expect(table["rows"]?.array?.first?["cells"]?.array?.prefix(2) == ["w7", 3])
        }
    }

    @Test("a server that is gone is told as such")
    func gone() async throws {
        let client = KubernetesClient(Cluster(server: "https://127.0.0.1:1"), http: HTTPClient())
        let error = await #expect(throws: KubernetesError.self) { try await client.version() }
        #expect("\(try #require(error))" == "nothing listens at https://127.0.0.1:1: is the API server running?")
    }
}
