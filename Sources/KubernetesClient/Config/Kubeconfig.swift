import JSON
import YAML

/// The contents of one kubeconfig file, or of several merged.
struct Kubeconfig: Sendable {
    /// An entry with the file it is from, which relative paths in it refer to.
    struct Entry: Sendable {
        let body: JSONValue
        let path: String
    }

    private var currentContext: String
    private var clusters: [String: Entry]
    private var contexts: [String: Entry]
    private var users: [String: Entry]
    private let path: String

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: YAML or JSON.
    ///   - path: Where they are from.
    /// - Throws: `malformed`.
    init(_ bytes: [UInt8], path: String) throws(KubeconfigError) {
        let documents: [YAMLDocument]
        do throws(YAMLError) {
            documents = try YAML.documents(in: bytes)
        } catch {
            throw KubeconfigError(.malformed, "\(path):\(error.mark.line):\(error.mark.column): \(error.message)")
        }
        let json = documents.first?.root.json ?? [:]
        guard json.object != nil, json["kind"]?.string ?? "Config" == "Config" else {
            throw KubeconfigError(
                .malformed,
                "\(path): is no kubeconfig; expected `kind: Config` with clusters and users"
            )
        }
        self.path = path
        self.currentContext = json["current-context"]?.string ?? ""
        self.clusters = Self.entries(json, "clusters", "cluster", path: path)
        self.contexts = Self.entries(json, "contexts", "context", path: path)
        self.users = Self.entries(json, "users", "user", path: path)
    }

    /// This with what another file adds; of two entries with one name this one's stays, as with kubectl.
    func merged(with other: Kubeconfig) -> Kubeconfig {
        var merged = self
        if merged.currentContext.isEmpty { merged.currentContext = other.currentContext }
        merged.clusters.merge(other.clusters) { first, _ in first }
        merged.contexts.merge(other.contexts) { first, _ in first }
        merged.users.merge(other.users) { first, _ in first }
        return merged
    }

    /// The cluster of a context with the context's user.
    func cluster(context name: String?, read: KubeconfigLocation.Reader) throws(KubeconfigError) -> Cluster {
        let name = name ?? self.currentContext
        guard !name.isEmpty || self.contexts.count == 1 else {
            throw KubeconfigError(.missingEntry, "\(self.path): sets no current-context; name one with --context")
        }
        guard let context = name.isEmpty ? self.contexts.values.first : self.contexts[name] else {
            throw self.missing("context", name, among: self.contexts)
        }
        let clusterName = context.body["cluster"]?.string ?? ""
        guard let cluster = self.clusters[clusterName] else {
            throw self.missing("cluster", clusterName, among: self.clusters)
        }
        let userName = context.body["user"]?.string ?? ""
        guard let user = userName.isEmpty ? Entry(body: [:], path: context.path) : self.users[userName] else {
            throw self.missing("user", userName, among: self.users)
        }
        return try Cluster(
            cluster: cluster,
            user: user,
            userName: userName,
            namespace: context.body["namespace"]?.string ?? "",
            read: read
        )
    }

    private func missing(_ sort: String, _ name: String, among entries: [String: Entry]) -> KubeconfigError {
        let names = entries.keys.sorted().joined(separator: ", ")
        return KubeconfigError(
            .missingEntry,
            "\(self.path): has no \(sort) \"\(name)\"; \(names.isEmpty ? "it has none" : "it has \(names)")"
        )
    }

    private static func entries(_ json: JSONValue, _ list: String, _ field: String, path: String) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for element in json[list]?.array ?? [] {
            guard let name = element["name"]?.string, entries[name] == nil else { continue }
            entries[name] = Entry(body: element[field] ?? [:], path: path)
        }
        return entries
    }
}
