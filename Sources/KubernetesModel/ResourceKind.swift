/// One kind of resource: its group, version and names, as an API server tells them in discovery.
package struct ResourceKind: Sendable, Hashable {
    /// The API group; empty for the core group.
    package let group: String
    /// The version within the group.
    package let version: String
    /// The kind, as in manifests: `BigPeerReplication`.
    package let kind: String
    /// The lower-case plural, as in paths: `bigpeerreplications`.
    package let plural: String
    /// The lower-case singular.
    package let singular: String
    /// Short names for the command line: `bpr`.
    package let shortNames: [String]
    /// Categories for the command line: `peerage`.
    package let categories: [String]
    /// Whether objects of the kind live in a namespace.
    package let isNamespaced: Bool
    /// Whether `status` is written apart from the rest.
    package let hasStatus: Bool

    /// Creates a kind.
    package init(
        group: String,
        version: String,
        kind: String,
        plural: String,
        shortNames: [String] = [],
        categories: [String] = [],
        isNamespaced: Bool = true,
        hasStatus: Bool = false
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.singular = kind.lowercased()
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.hasStatus = hasStatus
    }

    /// The `apiVersion` of manifests: `peerage.dev/v1alpha1`, or `v1` in the core group.
    package var apiVersion: String { self.group.isEmpty ? self.version : "\(self.group)/\(self.version)" }

    /// Whether Kubernetes itself brings the kind: these take strategic merge patches and, most of them, count no
    /// generations.
    package var isBuiltIn: Bool { self.group.isEmpty || self.group.hasSuffix(".k8s.io") }

    /// Whether a user's word on the command line (kind, plural, singular or short name, any case) names this kind.
    package func isNamed(_ word: String) -> Bool {
        let word = word.lowercased()
        return word == self.plural || word == self.singular || self.shortNames.contains(word)
            || word == "\(self.plural).\(self.group)"
    }
}

extension ResourceKind {
    /// Core `v1` Secret.
    package static let secret = ResourceKind(group: "", version: "v1", kind: "Secret", plural: "secrets")
    /// Core `v1` ConfigMap.
    package static let configMap = ResourceKind(
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        shortNames: ["cm"]
    )
    /// Core `v1` Event.
    package static let event = ResourceKind(
        group: "",
        version: "v1",
        kind: "Event",
        plural: "events",
        shortNames: ["ev"]
    )
    /// Core `v1` Namespace.
    package static let namespace = ResourceKind(
        group: "",
        version: "v1",
        kind: "Namespace",
        plural: "namespaces",
        shortNames: ["ns"],
        isNamespaced: false
    )
    /// `coordination.k8s.io/v1` Lease, by which processes agree on who leads.
    package static let lease = ResourceKind(
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases"
    )
}
