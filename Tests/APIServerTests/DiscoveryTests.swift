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
        #expect(
            groups["groups"]?.array?.compactMap { $0["preferredVersion"]?["groupVersion"]?.string } == [
                "coordination.k8s.io/v1", "events.k8s.io/v1", "authentication.k8s.io/v1", "authorization.k8s.io/v1",
                "example.dev/v1",
            ]
        )
        #expect(try await api.send(.get, "/apis/example.dev").json["kind"] == "APIGroup")
        let resources = try await api.send(.get, "/apis/example.dev/v1").json["resources"]?.array ?? []
        #expect(resources.compactMap { $0["name"]?.string } == ["widgets", "widgets/status"])
        #expect(resources.first?["shortNames"] == ["wd"])
        #expect(resources.first?["categories"] == ["example"])
        #expect(resources.first?["singularName"] == "widget")
        let core = try await api.send(.get, "/api/v1").json["resources"]?.array ?? []
        #expect(
            core.compactMap { $0["name"]?.string } == ["namespaces", "secrets", "configmaps", "events", "services"]
        )
        let paths = try await api.send(.get, "/").json["paths"]?.array ?? []
        #expect(paths.contains("/apis/example.dev/v1") && paths.contains("/readyz"))
    }

    @Test("clients that ask for it get all kinds of all groups at once", arguments: ["v2", "v2beta1"])
    func aggregated(version: String) async throws {
        let api = try TestHandler()
        let accept = try #require(
            AcceptedMedia.negotiated(
                "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList,application/json"
            )
        )
        let all = try await api.send(.get, "/apis", accept: accept).json
        #expect(all["kind"] == "APIGroupDiscoveryList")
        #expect(all["apiVersion"] == .string("apidiscovery.k8s.io/\(version)"))
        let group = try #require(all["items"]?.array?.last)
        #expect(group["metadata"]?["name"] == "example.dev")
        let resource = try #require(group["versions"]?.array?.first?["resources"]?.array?.first)
        #expect(resource["resource"] == "widgets")
        #expect(resource["scope"] == "Namespaced")
        #expect(resource["responseKind"]?["kind"] == "Widget")
        #expect(resource["subresources"]?.array?.first?["subresource"] == "status")
        let core = try await api.send(.get, "/api", accept: accept).json["items"]?.array ?? []
        #expect(core.count == 1)
        #expect(core.first?["metadata"]?["name"] == nil)
    }

    @Test("OpenAPI v2 has the schemas of v3, in its own words")
    func openAPIV2() async throws {
        let api = try TestHandler()
        let document = try await api.send(.get, "/openapi/v2").json
        #expect(document["swagger"] == "2.0")
        let widget = try #require(document["definitions"]?["dev.example.v1.Widget"])
        #expect(widget["properties"]?["spec"]?["properties"]?["size"]?["type"] == "integer")
        #expect(
            widget["properties"]?["metadata"]?["$ref"]
                == "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
        )
        #expect(!document.text.contains("#/components"))
        let patch = document["paths"]?["/api/v1/namespaces/{namespace}/secrets/{name}"]?["patch"]
        #expect(patch?["consumes"]?.array?.contains("application/strategic-merge-patch+json") == true)
    }

    @Test("OpenAPI names every kind and says that the server validates fields")
    func openAPI() async throws {
        let api = try TestHandler()
        let paths = try await api.send(.get, "/openapi/v3").json["paths"]?.object
        #expect(
            paths.map { Array($0.keys) } == [
                "api/v1", "apis/authentication.k8s.io/v1", "apis/authorization.k8s.io/v1",
                "apis/coordination.k8s.io/v1", "apis/events.k8s.io/v1", "apis/example.dev/v1",
            ]
        )
        let document = try await api.send(.get, "/openapi/v3/apis/example.dev/v1").json
        let schema = try #require(document["components"]?["schemas"]?["dev.example.v1.Widget"])
        #expect(schema["properties"]?["spec"]?["properties"]?["size"]?["type"] == "integer")
        let patch = document["paths"]?["/apis/example.dev/v1/namespaces/{namespace}/widgets/{name}"]?["patch"]
        let names = patch?["parameters"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(names.contains("fieldValidation"))
        #expect(try await api.send(.get, "/openapi/v3/apis/other.dev/v1").code == 404)
    }
}
