import KubernetesModel
import Testing

@testable import APIServer

@Suite("Paths")
struct PathTests {
    private let routes = Routes(ServedKind.core + [ServedKind(.widget)])

    private func name(_ path: String) -> String {
        guard let target = RequestTarget(path), let route = self.routes[target.segments] else { return "nothing" }
        return switch route {
        case .root: "root"
        case .health(let endpoint, let check): "health \(endpoint.rawValue) \(check ?? "all")"
        case .version: "version"
        case .coreVersions: "core versions"
        case .groups: "groups"
        case .group(let group): "group \(group)"
        case .resources(let group, let version): "resources \(group)/\(version)"
        case .openAPIV2: "openapi v2"
        case .openAPIIndex: "openapi"
        case .openAPI(let group, let version): "openapi \(group)/\(version)"
        case .collection(let kind, let namespace): "\(kind.kind.plural) in \(namespace ?? "all")"
        case .object(let kind, let key): "\(kind.kind.singular) \(key)"
        case .status(let kind, let key): "status of \(kind.kind.singular) \(key)"
        case .report(let name): "report \(name)"
        case .review(let review): "review \(review.rawValue)"
        }
    }

    @Test(
        "each path names one thing",
        arguments: [
            ("/livez", "health livez all"), ("/readyz/ping", "health readyz ping"), ("/version", "version"),
            ("/version/", "version"), ("/peerage/manifests", "report manifests"), ("/peerage", "nothing"),
            ("/api", "core versions"), ("/apis", "groups"), ("/apis/", "groups"),
            ("/apis/example.dev", "group example.dev"), ("/apis/other.dev", "nothing"), ("/apis//v1", "nothing"),
            ("/api/v1", "resources /v1"), ("/apis/example.dev/v1", "resources example.dev/v1"),
            ("/apis/example.dev/v2", "nothing"), ("/api/v1/pods", "nothing"),
            ("/api/v1/secrets", "secrets in all"), ("/api/v1/secrets/a", "nothing"),
            ("/api/v1/namespaces", "namespaces in all"), ("/api/v1/namespaces/fleet", "namespace fleet"),
            ("/api/v1/namespaces/fleet/secrets", "secrets in fleet"),
            ("/api/v1/namespaces/fleet/secrets/a.b", "secret fleet/a.b"),
            ("/api/v1/namespaces/fleet/namespaces/x", "nothing"),
            ("/apis/example.dev/v1/namespaces/fleet/widgets/a/status", "status of widget fleet/a"),
            ("/api/v1/namespaces/fleet/secrets/a/status", "nothing"),
            ("/apis/example.dev/v1/namespaces/fleet/widgets/a/scale", "nothing"),
            ("/apis/example.dev/v1/namespaces/fleet/widgets/a/status/x", "nothing"),
            ("/openapi", "nothing"), ("/openapi/v3", "openapi"), ("/openapi/v2", "openapi v2"),
            ("/openapi/v3/api/v1", "openapi /v1"),
            ("/openapi/v3/apis/example.dev/v1?hash=1", "openapi example.dev/v1"), ("/openapi/v3/apis", "nothing"),
            ("/apis/authorization.k8s.io/v1", "resources authorization.k8s.io/v1"),
            ("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "review SelfSubjectAccessReview"),
            ("/apis/events.k8s.io/v1/events", "events in all"), ("/", "root"), ("", "nothing"),
            ("/api/../version", "nothing"), ("/a%00b", "nothing"),
        ]
    )
    func eachPathNamesOneThing(path: String, expected: String) {
        #expect(self.name(path) == expected)
    }

    @Test("a query is decoded, and broken escapes are refused")
    func queries() throws {
        let target = try #require(RequestTarget("/api?labelSelector=a%3Db%2Cc+in+%28d%29&watch&limit="))
        #expect(target["labelSelector"] == "a=b,c in (d)")
        #expect(target.flag("watch"))
        #expect(target["limit"] == "")
        #expect(target["continue"] == nil)
        #expect(!(RequestTarget("/api?watch=false")?.flag("watch") ?? true))
        #expect(RequestTarget("/api?x=%4") == nil)
        #expect(RequestTarget("/api%zz") == nil)
        #expect(RequestTarget("/%ff") == nil)
    }

    @Test(
        "the first offered representation of an Accept field is taken",
        arguments: [
            (nil, "whole json"), ("*/*", "whole json"), ("application/yaml", "whole yaml"),
            ("application/vnd.kubernetes.protobuf, application/json", "whole json"),
            ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "table json"),
            ("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "whole json"),
            ("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "metadata json"),
            ("text/html", "none"), ("application/json;as=Table;v=v9;g=meta.k8s.io", "none"),
        ] as [(String?, String)]
    )
    func negotiation(field: String?, expected: String) {
        let media = AcceptedMedia.negotiated(field)
        #expect(media.map { "\($0.form) \($0.syntax)" } ?? "none" == expected)
    }
}
