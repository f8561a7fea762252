import Clocks
import JSON
import KubernetesModel
import ResourceStore

/// Answers requests: from a request to an answer, with no HTTP library in sight.
///
/// *Errors:* always an `APIStatus`, worded as a Kubernetes API server words it.
struct RequestHandler: Sendable {
    let routes: Routes
    let store: any ResourceStore
    let version: ServerVersion
    let clock: any WallClock

    /// Answers a request.
    func answer(_ request: APIRequest, route: Route) async throws(APIStatus) -> Answer {
        switch route {
        case .collection(let kind, let namespace):
            return try await self.answer(request, collection: kind, namespace: namespace)
        case .object(let kind, let key):
            return try await ObjectVerbs(kind: kind, key: key, store: self.store, clock: self.clock).answer(request)
        case .status(let kind, let key):
            return try await StatusVerbs(kind: kind, key: key, store: self.store, clock: self.clock).answer(request)
        case .health, .version, .coreVersions, .groups, .group, .resources, .openAPIV2, .openAPIIndex, .openAPI:
            guard request.method == .get else { throw Self.notAllowed }
            return try self.document(route, request.accept)
        }
    }

    /// The path exists, and the method has no meaning there.
    static let notAllowed = APIStatus(
        .methodNotAllowed,
        "the server does not allow this method on the requested resource"
    )

    /// The path names nothing.
    static let unknownPath = APIStatus(.notFound, "the server could not find the requested resource")

    private func answer(
        _ request: APIRequest,
        collection kind: ServedKind,
        namespace: String?
    ) async throws(APIStatus) -> Answer {
        let verbs = CollectionVerbs(kind: kind, namespace: namespace, store: self.store, clock: self.clock)
        switch request.method {
        case .get: return try await request.target.flag("watch") ? verbs.watch(request) : verbs.list(request)
        case .post:
            guard !kind.kind.isNamespaced || namespace != nil else { throw Self.notAllowed }
            return try await verbs.create(request)
        case .delete:
            guard !kind.kind.isNamespaced || namespace != nil else { throw Self.notAllowed }
            return try await verbs.delete(request)
        case .head, .put, .patch: throw Self.notAllowed
        }
    }

    private func document(_ route: Route, _ accept: AcceptedMedia) throws(APIStatus) -> Answer {
        let discovery = Discovery(routes: self.routes)
        switch route {
        case .health: return .text("ok")
        case .version: return .document(self.version.json, code: 200)
        case .coreVersions: return .document(discovery.coreVersions, code: 200)
        case .groups: return .document(discovery.groups, code: 200)
        case .group(let group): return .document(discovery.group(group), code: 200)
        case .resources(let group, let version):
            return .document(discovery.resources(group: group, version: version), code: 200)
        case .openAPIV2:
            guard accept.syntax == .openAPIProtobuf else {
                throw APIStatus(.notFound, "OpenAPI v2 is offered as protobuf alone; /openapi/v3 has JSON")
            }
            let document = OpenAPIV2Document(kinds: self.routes.kinds)
            return .bytes(document.bytes, contentType: OpenAPIV2Document.answerType)
        case .openAPIIndex: return .document(OpenAPIDocument.index(of: self.routes.kinds), code: 200)
        case .openAPI(let group, let version):
            let kinds = self.routes.kinds.filter { $0.kind.group == group && $0.kind.version == version }
            guard !kinds.isEmpty else { throw Self.unknownPath }
            return .document(OpenAPIDocument(kinds: kinds).json, code: 200)
        case .collection, .object, .status: throw Self.unknownPath
        }
    }
}
