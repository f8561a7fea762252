import JSON
import KubernetesModel

/// Tells clients which kinds there are.
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/types.go`, `APIVersions`, `APIGroupList`, `APIResourceList`.
struct Discovery: Sendable {
    let routes: Routes

    /// `/`.
    var root: JSONValue { ["paths": .array(self.routes.paths.map(JSONValue.string))] }

    /// `/api`.
    var coreVersions: JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": ""]],
        ]
    }

    /// `/apis`.
    var groups: JSONValue {
        [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": .array(self.groupNames.map { .object(self.members(of: $0)) }),
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
        let offers = self.routes.offers.filter { $0.kind.group == group && $0.kind.version == version }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(offers.flatMap { Self.resources($0.kind, $0.verbs) }),
        ]
    }

    /// The names of the groups, without the core group.
    var groupNames: [String] {
        var names: [String] = []
        for kind in self.routes.offers.map(\.kind) where !kind.group.isEmpty && !names.contains(kind.group) {
            names.append(kind.group)
        }
        return names
    }

    /// The versions of a group.
    func versions(of group: String) -> [String] {
        var versions: [String] = []
        for kind in self.routes.offers.map(\.kind) where kind.group == group && !versions.contains(kind.version) {
            versions.append(kind.version)
        }
        return versions
    }

    private func members(of group: String) -> JSONObject {
        let list = self.versions(of: group).map { version -> JSONValue in
            ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(group), "versions": .array(list), "preferredVersion": list.first ?? .null]
    }

    private static func resources(_ kind: ResourceKind, _ verbs: [String]) -> [JSONValue] {
        var resource: JSONObject = [
            "name": .string(kind.plural), "singularName": .string(kind.singular), "kind": .string(kind.kind),
            "namespaced": .bool(kind.isNamespaced), "verbs": .array(verbs.map(JSONValue.string)),
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
