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
    let checks: [HealthCheck]
    let reports: [String: @Sendable () -> JSONValue]
    private let shelf = PageShelf()

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - routes: What there is.
    ///   - store: Where the objects are.
    ///   - version: What `/version` tells.
    ///   - clock: Tells the time.
    ///   - checks: What must be well beside the store.
    ///   - reports: What the process tells of itself, by name.
    init(
        routes: Routes,
        store: any ResourceStore,
        version: ServerVersion,
        clock: any WallClock,
        checks: [HealthCheck] = [],
        reports: [String: @Sendable () -> JSONValue] = [:]
    ) {
        self.routes = routes
        self.store = store
        self.version = version
        self.clock = clock
        let own = [
            HealthCheck("ping") { true },
            HealthCheck("store") { (try? await store.list(.namespace, namespace: nil)) != nil },
        ]
        self.checks = own + checks
        self.reports = reports
    }

    /// Answers a request.
    func answer(_ request: APIRequest, route: Route) async throws(APIStatus) -> Answer {
        switch route {
        case .collection(let kind, let namespace):
            return try await self.answer(request, collection: kind, namespace: namespace)
        case .object(let kind, let key):
            guard kind.access == .full || request.method == .get else { throw Self.notAllowed }
            let store = self.store(of: kind)
            return try await ObjectVerbs(kind: kind, key: key, store: store, clock: self.clock).answer(request)
        case .status(let kind, let key):
            return try await StatusVerbs(kind: kind, key: key, store: self.store(of: kind), clock: self.clock)
                .answer(request)
        case .review(let review):
            guard request.method == .post else { throw Self.notAllowed }
            return .document(review.answer(try BodyReader.object(of: request)), code: 201)
        case .report(let name):
            guard let report = self.reports[name] else { throw Self.unknownPath }
            guard request.method == .get else { throw Self.notAllowed }
            return .document(report(), code: 200)
        case .health(let endpoint, let check):
            guard request.method == .get || request.method == .head else { throw Self.notAllowed }
            return try await self.health(endpoint, check: check, request.target)
        case .root, .version, .coreVersions, .groups, .group, .resources, .openAPIV2, .openAPIIndex, .openAPI:
            guard request.method == .get else { throw Self.notAllowed }
            return try self.document(route, request.accept)
        }
    }

    /// The store as the clients of a kind see it.
    private func store(of kind: ServedKind) -> any ResourceStore {
        guard let view = kind.view else { return self.store }
        return ViewedStore(inner: self.store, view: view)
    }

    private func health(
        _ endpoint: HealthEndpoint,
        check: String?,
        _ target: RequestTarget
    ) async throws(APIStatus) -> Answer {
        let known = self.checks.filter { $0.endpoints.contains(endpoint) }
        let asked = check.map { name in known.filter { $0.name == name } } ?? known
        guard !asked.isEmpty else { throw Self.unknownPath }
        let excluded = target.query.filter { $0.name == "exclude" }.map(\.value)
        let report = await HealthReport(endpoint, asked, excluding: check == nil ? excluded : [])
        let isVerbose = target.query.contains { $0.name == "verbose" } && check == nil
        return .text(report.text(isVerbose: isVerbose), code: report.isWell ? 200 : 500)
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
        guard kind.access == .full || request.method == .get else { throw Self.notAllowed }
        let verbs = CollectionVerbs(
            kind: kind,
            namespace: namespace,
            store: self.store(of: kind),
            clock: self.clock,
            shelf: self.shelf
        )
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
        case .root: return .document(discovery.root, code: 200)
        case .version: return .document(self.version.json, code: 200)
        case .coreVersions:
            return Self.aggregated(discovery, isCore: true, accept) ?? .document(discovery.coreVersions, code: 200)
        case .groups: return Self.aggregated(discovery, isCore: false, accept) ?? .document(discovery.groups, code: 200)
        case .group(let group): return .document(discovery.group(group), code: 200)
        case .resources(let group, let version):
            return .document(discovery.resources(group: group, version: version), code: 200)
        case .openAPIV2:
            let document = OpenAPIV2Document(OpenAPIDocument(self.routes))
            guard accept.syntax == .openAPIProtobuf else { return .document(document.json, code: 200) }
            return .bytes(document.protobuf, contentType: OpenAPIV2Document.answerType)
        case .openAPIIndex: return .document(OpenAPIDocument.index(of: self.routes), code: 200)
        case .openAPI(let group, let version):
            let document = OpenAPIDocument(self.routes) { $0.group == group && $0.version == version }
            guard !document.entries.isEmpty else { throw Self.unknownPath }
            return .document(document.json, code: 200)
        case .collection, .object, .status, .review, .report, .health: throw Self.unknownPath
        }
    }

    private static func aggregated(_ discovery: Discovery, isCore: Bool, _ accept: AcceptedMedia) -> Answer? {
        guard case .aggregatedDiscovery(let version) = accept.form else { return nil }
        let document = discovery.aggregated(isCore: isCore, version: version)
        return .bytes(document.bytes, contentType: Discovery.aggregatedType(version: version))
    }
}
