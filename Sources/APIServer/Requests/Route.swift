import KubernetesModel

/// What a path names.
enum Route: Sendable {
    /// `/livez`, `/readyz`, `/healthz`.
    case health
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

    /// Takes the kinds.
    init(_ kinds: [ServedKind]) {
        self.kinds = kinds
        self.byPath = Dictionary(kinds.map { (Self.path($0.kind.apiVersion, $0.kind.plural), $0) }) { first, _ in first
        }
    }

    /// The route of a path; `nil` when it names nothing here.
    subscript(segments: [String]) -> Route? {
        switch (segments.first, segments.count) {
        case ("livez", _), ("readyz", _), ("healthz", _): .health
        case ("version", 1): .version
        case ("api", 1): .coreVersions
        case ("apis", 1): .groups
        case ("apis", 2): self.isGroup(segments[1]) ? .group(segments[1]) : nil
        case ("openapi", 2): segments[1] == "v3" ? .openAPIIndex : segments[1] == "v2" ? .openAPIV2 : nil
        case ("openapi", _): self.openAPI(segments.dropFirst())
        case ("api", _): self.resource(apiVersion: segments[1], segments.dropFirst(2))
        case ("apis", _): self.resource(apiVersion: "\(segments[1])/\(segments[2])", segments.dropFirst(3))
        default: nil
        }
    }

    private func isGroup(_ group: String) -> Bool { self.kinds.contains { $0.kind.group == group && !group.isEmpty } }

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
        guard let sample = self.kinds.first(where: { $0.kind.apiVersion == apiVersion }) else { return nil }
        var rest = rest
        guard let first = rest.first else {
            return .resources(group: sample.kind.group, version: sample.kind.version)
        }
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
