import KubernetesModel

/// What a path names.
enum Route: Sendable {
    /// `/`: all paths that there are.
    case root
    /// `/livez`, `/readyz`, `/healthz`, and one check of each.
    case health(HealthEndpoint, check: String?)
    /// `/version`.
    case version
    /// `/api`.
    case coreVersions
    /// `/apis`.
    case groups
    /// `/apis/{group}`.
    case group(String)
    /// `/api/v1`, `/apis/{group}/{version}`.
    case resources(group: String, version: String)
    /// `/openapi/v2`.
    case openAPIV2
    /// `/openapi/v3`.
    case openAPIIndex
    /// `/openapi/v3/api/v1`, `/openapi/v3/apis/{group}/{version}`.
    case openAPI(group: String, version: String)
    /// All objects of a kind, in a namespace or in all.
    case collection(ServedKind, namespace: String?)
    /// One object.
    case object(ServedKind, ObjectKey)
    /// The status of one object.
    case status(ServedKind, ObjectKey)
    /// `/peerage/{name}`: what the process tells of itself.
    case report(String)
    /// A question about oneself.
    case review(SelfReview)

    /// Whether anyone may ask.
    var isPublic: Bool {
        switch self {
        case .health, .version: true
        default: false
        }
    }
}

/// Finds what a path names among the kinds that are served.
struct Routes: Sendable {
    /// The kinds in the order in which discovery shows them.
    let kinds: [ServedKind]
    private let byPath: [String: ServedKind]
    private let reviews: [String: SelfReview]
    /// All kinds with their verbs, in the order in which discovery shows them: what Kubernetes brings comes first.
    let offers: [(kind: ResourceKind, verbs: [String])]

    /// Takes the kinds.
    init(_ kinds: [ServedKind]) {
        self.kinds = kinds
        self.byPath = Dictionary(kinds.map { (Self.path($0.kind.apiVersion, $0.kind.plural), $0) }) { first, _ in first
        }
        self.reviews = Dictionary(
            uniqueKeysWithValues: SelfReview.allCases.map { (Self.path($0.kind.apiVersion, $0.kind.plural), $0) }
        )
        let offers = kinds.map { (kind: $0.kind, verbs: $0.verbs) }
        let own = offers.firstIndex { !$0.kind.isBuiltIn } ?? offers.endIndex
        self.offers = offers[..<own] + SelfReview.allCases.map { ($0.kind, ["create"]) } + offers[own...]
    }

    /// The paths that `/` tells.
    var paths: [String] {
        var paths: Set<String> = ["/api", "/apis", "/openapi/v2", "/openapi/v3", "/version"]
        for endpoint in HealthEndpoint.allCases { paths.insert("/\(endpoint.rawValue)") }
        for kind in self.offers.map(\.kind) {
            paths.insert(kind.group.isEmpty ? "/api/\(kind.version)" : "/apis/\(kind.group)")
            if !kind.group.isEmpty { paths.insert("/apis/\(kind.apiVersion)") }
        }
        return paths.sorted()
    }

    /// The route of a path; `nil` when it names nothing here.
    subscript(segments: [String]) -> Route? {
        switch (segments.first, segments.count) {
        case (nil, _): .root
        case ("livez", _), ("readyz", _), ("healthz", _): self.health(segments)
        case ("version", 1): .version
        case ("api", 1): .coreVersions
        case ("apis", 1): .groups
        case ("apis", 2): self.isGroup(segments[1]) ? .group(segments[1]) : nil
        case ("openapi", 2): segments[1] == "v3" ? .openAPIIndex : segments[1] == "v2" ? .openAPIV2 : nil
        case ("openapi", _): self.openAPI(segments.dropFirst())
        case ("peerage", 2): .report(segments[1])
        case ("api", _): self.resource(apiVersion: segments[1], segments.dropFirst(2))
        case ("apis", _): self.resource(apiVersion: "\(segments[1])/\(segments[2])", segments.dropFirst(3))
        default: nil
        }
    }

    private func health(_ segments: [String]) -> Route? {
        guard let endpoint = HealthEndpoint(rawValue: segments[0]) else { return nil }
        let check = segments.dropFirst().joined(separator: "/")
        return .health(endpoint, check: check.isEmpty ? nil : check)
    }

    private func isGroup(_ group: String) -> Bool {
        self.offers.contains { $0.kind.group == group && !group.isEmpty }
    }

    private func openAPI(_ segments: ArraySlice<String>) -> Route? {
        let segments = Array(segments)
        guard segments.first == "v3" else { return nil }
        switch (segments[1], segments.count) {
        case ("api", 3): return .openAPI(group: "", version: segments[2])
        case ("apis", 4): return .openAPI(group: segments[2], version: segments[3])
        default: return nil
        }
    }

    private func resource(apiVersion: String, _ rest: ArraySlice<String>) -> Route? {
        guard let sample = self.offers.first(where: { $0.kind.apiVersion == apiVersion })?.kind else { return nil }
        var rest = rest
        guard let first = rest.first else { return .resources(group: sample.group, version: sample.version) }
        if rest.count == 1, let review = self.reviews[Self.path(apiVersion, first)] { return .review(review) }
        // `namespaces/{name}` is a namespace, `namespaces/{name}/{plural}` what is in it.
        if first == "namespaces", rest.count >= 3 {
            let namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
            guard let plural = rest.popFirst(), let kind = self.byPath[Self.path(apiVersion, plural)] else {
                return nil
            }
            return kind.kind.isNamespaced ? Self.route(kind, namespace: namespace, rest) : nil
        }
        rest.removeFirst()
        guard let kind = self.byPath[Self.path(apiVersion, first)] else { return nil }
        // An object of a namespaced kind cannot be named without its namespace.
        return kind.kind.isNamespaced && !rest.isEmpty ? nil : Self.route(kind, namespace: nil, rest)
    }

    private static func route(_ kind: ServedKind, namespace: String?, _ rest: ArraySlice<String>) -> Route? {
        guard let name = rest.first else { return .collection(kind, namespace: namespace) }
        let key = ObjectKey(namespace: namespace ?? "", name: name)
        switch (rest.count, rest.last) {
        case (1, _): return .object(kind, key)
        case (2, "status"): return kind.kind.hasStatus ? .status(kind, key) : nil
        default: return nil
        }
    }

    private static func path(_ apiVersion: String, _ plural: String) -> String { "\(apiVersion)/\(plural)" }
}
