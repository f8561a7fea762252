import FoundationEssentials
import HTTP
import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("APIServer")
struct ServerTests {
    private static let widgets = "/apis/example.dev/v1/namespaces/fleet/widgets"

    @Test("nothing but health and version is told without the token")
    func authentication() async throws {
        try await TestServer.run { server in
            for (path, code) in [
                ("/livez", 200), ("/readyz", 200), ("/healthz", 200), ("/version", 200), ("/api", 401), ("/x", 401),
            ] {
                var request = server.request(.get, path)
                request.bearerToken = nil
                #expect(try await server.client.send(request).status == code)
            }
            var request = server.request(.get, "/api/v1/secrets")
            request.bearerToken = BearerToken(String(repeating: "0", count: 64))
            let refused = try await server.client.send(request)
            #expect(refused.status == 401)
            #expect(refused.json["reason"] == "Unauthorized")
            #expect(try await server.send(.get, "/api/v1/secrets").status == 200)
        }
    }

    @Test("the kubeconfig names the server, its authority and the token, and is private")
    func kubeconfig() async throws {
        try await TestServer.run { server in
            let bytes = try #require(try PrivateFile.read(server.endpoint.kubeconfigPath))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("server: \(server.endpoint.url)"))
            #expect(text.contains(server.token))
            #expect(text.contains("current-context: peerage"))
            let attributes = try FileManager.default.attributesOfItem(atPath: server.endpoint.kubeconfigPath)
            #expect(attributes[.posixPermissions] as? Int == 0o600 || attributes[.posixPermissions] as? UInt == 0o600)
        }
    }

    @Test("errors over the wire are Status objects with the right code")
    func errors() async throws {
        try await TestServer.run { server in
            let unknown = try await server.send(.get, "/nothing/here")
            #expect(unknown.status == 404)
            #expect(unknown.json["kind"] == "Status")
            var html = server.request(.get, "/api")
            html.headers["Accept"] = "text/html"
            #expect(try await server.client.send(html).status == 406)
            var broken = server.request(.post, Self.widgets)
            broken.body = Array("{\"a\":".utf8)
            #expect(try await server.client.send(broken).status == 400)
            var large = server.request(.post, Self.widgets)
            large.body = [UInt8](repeating: UInt8(ascii: " "), count: 4 << 20)
            #expect(try await server.client.send(large).status == 413)
        }
    }

    @Test("YAML is taken and given, and unknown fields are warned of in a header")
    func yaml() async throws {
        try await TestServer.run { server in
            var request = server.request(.post, Self.widgets)
            request.headers["Content-Type"] = "application/yaml"
            request.headers["Accept"] = "application/yaml"
            request.body = Array("metadata: {name: a}\nspec: {size: 7, sise: 8}\n".utf8)
            let created = try await server.client.send(request)
            #expect(created.status == 201)
            #expect(created.headers["Content-Type"] == "application/yaml")
            #expect(String(decoding: created.body, as: UTF8.self).contains("  size: 7\n"))
            #expect(created.headers.values(of: "Warning") == [#"299 - "unknown field \"spec.sise\"""#])
        }
    }

    @Test("a watch tells changes as lines, bookmarks its progress, and ends when its time is up")
    func watch() async throws {
        try await TestServer.run(bookmarkInterval: .milliseconds(100)) { server in
            let list = try JSONValue(parsing: try await server.send(.get, Self.widgets).body)
            let version = try #require(list["metadata"]?["resourceVersion"]?.string)
            #expect(try await server.send(.post, Self.widgets, widget("a")).status == 201)
            #expect(try await server.send(.delete, "\(Self.widgets)/a").status == 200)
            let query = "watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=\(version)"
            let stream = try await server.client.stream(server.request(.get, "\(Self.widgets)?\(query)"))
            #expect(stream.status == 200)
            let bytes = try await stream.rest(limit: 1 << 20)
            let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONValue(parsing: Array($0)) }
            let types = lines.compactMap { $0["type"]?.string }
            #expect(types.filter { $0 != "BOOKMARK" } == ["ADDED", "DELETED"])
            let last = try #require(lines.last)
            #expect(last["type"] == "BOOKMARK")
            #expect(last["object"]?["kind"] == "Widget")
            let deletion = lines.last { $0["type"] == "DELETED" }?["object"]?["metadata"]?["resourceVersion"]
            #expect(last["object"]?["metadata"]?["resourceVersion"] == deletion)
        }
    }

    @Test("a watch that asks for it is told where what there was ends")
    func initialEvents() async throws {
        try await TestServer.run { server in
            #expect(try await server.send(.post, Self.widgets, widget("a")).status == 201)
            let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1"
            let response = try await server.send(.get, "\(Self.widgets)?\(query)&allowWatchBookmarks=true")
            let lines = response.body.split(separator: UInt8(ascii: "\n")).map { try? JSONValue(parsing: Array($0)) }
            #expect(lines.prefix(2).map { $0?["type"] } == ["ADDED", "BOOKMARK"])
            let end = try #require(lines.dropFirst().first)
            #expect(end?["object"]?["metadata"]?["annotations"]?["k8s.io/initial-events-end"] == "true")
        }
    }

    @Test("a watch from a version that is forgotten ends with Expired")
    func expired() async throws {
        try await TestServer.run(history: 4) { server in
            for index in 0..<12 {
                #expect(try await server.send(.post, Self.widgets, widget("w\(index)")).status == 201)
            }
            let response = try await server.send(.get, "\(Self.widgets)?watch=true&resourceVersion=2&timeoutSeconds=5")
            let json = try JSONValue(
                parsing: response.body.split(separator: UInt8(ascii: "\n")).last.map(Array.init) ?? []
            )
            let status = json["type"] == "ERROR" ? json["object"] : json
            #expect(status?["code"] == 410)
            #expect(status?["reason"] == "Expired")
        }
    }

    @Test(
        "a shutdown ends watches whose clients do not read; without that it would wait for ever",
        .timeLimit(.minutes(10))
    )
    func shutdown() async throws {
        try await TestServer.run { server in
            var open: [HTTPStream] = []
            for _ in 0..<3 {
                open.append(try await server.client.stream(server.request(.get, "\(Self.widgets)?watch=true")))
            }
            #expect(open.allSatisfy { $0.status == 200 })
        }
    }

    @Test("a port that is taken is an error of run() and of whoever waits")
    func takenPort() async throws {
        try await TestServer.run { server in
            let folder = try TestFolder()
            let configuration = APIServer.Configuration(
                port: server.endpoint.port,
                dataFolder: folder.path,
                kinds: [],
                version: ServerVersion(peerage: "test")
            )
            let store = try TestHandler().store
            let second = APIServer(configuration: configuration, store: store, logger: .quiet)
            let running = Task { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.waitUntilListening() }
            await #expect(throws: (any Error).self) { try await running.value }
        }
    }
}
