import JSON
import KubernetesModel

/// Tells clients which kinds there are.
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/types.go`, `APIVersions`, `APIGroupList`, `APIResourceList`.
struct Discovery: Sendable {
    let routes: Routes

    /// `/api`.
    var coreVersions: JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": ""]],
        ]
    }

    /// `/apis`.
    var groups: JSONValue {
        var names: [String] = []
        for kind in self.routes.kinds where !kind.kind.group.isEmpty && !names.contains(kind.kind.group) {
            names.append(kind.kind.group)
        }
        return [
            "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(names.map { .object(self.members(of: $0)) }),
        ]
    }

    /// `/apis/{group}`.
    func group(_ name: String) -> JSONValue {
        var group = self.members(of: name)
        group["kind"] = "APIGroup"
        group["apiVersion"] = "v1"
        return .object(group)
    }

    /// `/api/v1`, `/apis/{group}/{version}`.
    func resources(group: String, version: String) -> JSONValue {
        let kinds = self.routes.kinds.map(\.kind).filter { $0.group == group && $0.version == version }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(kinds.flatMap(Self.resources)),
        ]
    }

    private func members(of group: String) -> JSONObject {
        var versions: [String] = []
        for kind in self.routes.kinds where kind.kind.group == group && !versions.contains(kind.kind.version) {
            versions.append(kind.kind.version)
        }
        let list = versions.map { version -> JSONValue in
            ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(group), "versions": .array(list), "preferredVersion": list.first ?? .null]
    }

    private static func resources(_ kind: ResourceKind) -> [JSONValue] {
        var resource: JSONObject = [
            "name": .string(kind.plural), "singularName": .string(kind.singular), "kind": .string(kind.kind),
            "namespaced": .bool(kind.isNamespaced),
            "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        ]
        if !kind.shortNames.isEmpty { resource["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
        if !kind.categories.isEmpty { resource["categories"] = .array(kind.categories.map(JSONValue.string)) }
        guard kind.hasStatus else { return [.object(resource)] }
        let status: JSONValue = [
            "name": .string("\(kind.plural)/status"), "singularName": "", "kind": .string(kind.kind),
            "namespaced": .bool(kind.isNamespaced), "verbs": ["get", "patch", "update"],
        ]
        return [.object(resource), status]
    }
}
