import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Discovery")
struct DiscoveryTests {
    @Test("groups and kinds are told as Kubernetes tells them")
    func discovery() async throws {
        let api = try TestHandler()
        let groups = try await api.send(.get, "/apis").json
        #expect(groups["kind"] == "APIGroupList")
        #expect(groups["groups"]?.array?.first?["preferredVersion"]?["groupVersion"] == "example.dev/v1")
        #expect(try await api.send(.get, "/apis/example.dev").json["kind"] == "APIGroup")
        let resources = try await api.send(.get, "/apis/example.dev/v1").json["resources"]?.array ?? []
        #expect(resources.compactMap { $0["name"]?.string } == ["widgets", "widgets/status"])
        #expect(resources.first?["shortNames"] == ["wd"])
        #expect(resources.first?["categories"] == ["example"])
        #expect(resources.first?["singularName"] == "widget")
        let core = try await api.send(.get, "/api/v1").json["resources"]?.array ?? []
        #expect(core.compactMap { $0["name"]?.string } == ["namespaces", "secrets", "configmaps", "events"])
    }

    @Test("OpenAPI names every kind and says that the server validates fields")
    func openAPI() async throws {
        let api = try TestHandler()
        let paths = try await api.send(.get, "/openapi/v3").json["paths"]?.object
        #expect(paths.map { Array($0.keys) } == ["api/v1", "apis/example.dev/v1"])
        let document = try await api.send(.get, "/openapi/v3/apis/example.dev/v1").json
        let schema = try #require(document["components"]?["schemas"]?["dev.example.v1.Widget"])
        #expect(schema["properties"]?["spec"]?["properties"]?["size"]?["type"] == "integer")
        let patch = document["paths"]?["/apis/example.dev/v1/namespaces/{namespace}/widgets/{name}"]?["patch"]
        let names = patch?["parameters"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(names.contains("fieldValidation"))
        #expect(try await api.send(.get, "/openapi/v3/apis/other.dev/v1").code == 404)
    }
}
