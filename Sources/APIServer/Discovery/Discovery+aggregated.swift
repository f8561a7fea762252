import JSON
import KubernetesModel

/// Everything at once, as clients since Kubernetes 1.26 ask for it.
///
/// Source: `k8s.io/api/apidiscovery/v2/types.go`.
extension Discovery {
    /// The media type of the answer.
    static func aggregatedType(version: String) -> String {
        "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
    }

    /// `/api` and `/apis`, aggregated.
    ///
    /// - Parameters:
    ///   - isCore: Whether the core group is asked for, or all others.
    ///   - version: The version of `apidiscovery.k8s.io`.
    /// - Returns: The document.
    func aggregated(isCore: Bool, version: String) -> JSONValue {
        let groups = isCore ? [""] : self.groupNames
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(groups.map(self.aggregated)),
        ]
    }

    private func aggregated(group: String) -> JSONValue {
        let versions = self.versions(of: group).map { version -> JSONValue in
            let offers = self.routes.offers.filter { $0.kind.group == group && $0.kind.version == version }
            return [
                "version": .string(version), "freshness": "Current",
                "resources": .array(offers.map { Self.aggregated($0.kind, $0.verbs) }),
            ]
        }
        var metadata: JSONObject = ["creationTimestamp": .null]
        metadata["name"] = group.isEmpty ? nil : .string(group)
        return ["metadata": .object(metadata), "versions": .array(versions)]
    }

    private static func aggregated(_ kind: ResourceKind, _ verbs: [String]) -> JSONValue {
        var resource: JSONObject = [
            "resource": .string(kind.plural), "singularResource": .string(kind.singular),
            "responseKind": OpenAPIDocument.groupVersionKind(kind),
            "scope": kind.isNamespaced ? "Namespaced" : "Cluster", "verbs": .array(verbs.map(JSONValue.string)),
        ]
        if !kind.shortNames.isEmpty { resource["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
        if !kind.categories.isEmpty { resource["categories"] = .array(kind.categories.map(JSONValue.string)) }
        if kind.hasStatus {
            resource["subresources"] = [
                [
                    "subresource": "status", "responseKind": OpenAPIDocument.groupVersionKind(kind),
                    "verbs": ["get", "patch", "update"],
                ]
            ]
        }
        return .object(resource)
    }
}
