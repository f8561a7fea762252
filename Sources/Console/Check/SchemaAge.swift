import JSON
import KubernetesModel

/// Whether a cluster's CustomResourceDefinition is as new as this program's.
package struct SchemaAge: Sendable, Hashable {
    /// Fields of ours that the cluster would drop or refuse.
    package let missing: [String]
    /// Fields of the cluster's that this program does not know.
    package let unknown: [String]
    /// Whether the cluster serves our version of the kind at all.
    package let isServed: Bool

    /// Compares.
    ///
    /// - Parameters:
    ///   - definition: The kind as this program knows it.
    ///   - live: The CustomResourceDefinition as the cluster has it.
    package init(_ definition: KindDefinition, _ live: JSONValue) {
        let versions = live["spec"]?["versions"]?.array ?? []
        let version = versions.first { $0["name"]?.string == definition.kind.version }
        self.isServed = version?["served"]?.bool ?? false
        let ours = Self.paths(definition.schema.openAPI)
        let theirs = Self.paths(version?["schema"]?["openAPIV3Schema"] ?? [:])
        self.missing = ours.subtracting(theirs).sorted()
        self.unknown = theirs.subtracting(ours).sorted()
    }

    /// Every field's path but those of metadata, which belong to Kubernetes.
    private static func paths(_ schema: JSONValue, below path: String = "") -> Set<String> {
        var paths: Set<String> = []
        for member in schema["properties"]?.object?.members ?? [] where !(path.isEmpty && member.key == "metadata") {
            let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
            paths.insert(inner)
            paths.formUnion(Self.paths(member.value, below: inner))
        }
        if let items = schema["items"] { paths.formUnion(Self.paths(items, below: "\(path)[]")) }
        if let values = schema["additionalProperties"], values.object != nil {
            paths.formUnion(Self.paths(values, below: "\(path).*"))
        }
        return paths
    }

    /// How to install this program's definitions, with any Kubernetes.
    ///
    /// Before 1.25 `x-kubernetes-validations` is unknown: a server-side apply refuses it whatever one adds, a
    /// client-side one takes it unless it validates.
    package static let installation =
        "install the CRDs with `peerage schema crd | kubectl apply --validate=false -f -`, or with `kubectl apply "
        + "--validate=false -f manifests/crds` or the Helm chart"

    /// The line that tells it.
    package func line(_ kind: ResourceKind) -> CheckReport.Line {
        let advice = "To have this version's, \(Self.installation)."
        if !self.isServed {
            let message = "the CustomResourceDefinition does not serve \(kind.version)"
            return CheckReport.Line(.kind, kind.qualifiedPlural, .failed, message, advice: advice)
        }
        if !self.missing.isEmpty {
            let names = self.missing.prefix(4).joined(separator: ", ")
            let more = self.missing.count > 4 ? " and \(self.missing.count - 4) more" : ""
            let message = "the CustomResourceDefinition is older than this program: it lacks \(names)\(more)"
            return CheckReport.Line(.kind, kind.qualifiedPlural, .failed, message, advice: advice)
        }
        let newer = self.unknown.isEmpty ? "" : ", and newer than this program"
        return CheckReport.Line(
            .kind,
            kind.qualifiedPlural,
            .passed,
            "the CustomResourceDefinition is installed\(newer)"
        )
    }
}
