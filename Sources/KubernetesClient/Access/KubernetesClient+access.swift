import JSON
import KubernetesModel

/// Something that a controller must be allowed to do and is not.
package struct MissingAccess: Sendable, Hashable {
    /// What it must be allowed to do.
    package let need: AccessNeed
    /// What the server says about why not; often nothing.
    package let reason: String
}

extension MissingAccess {
    /// Whether only the verb is another.
    fileprivate func isAboutTheSame(as other: MissingAccess) -> Bool {
        self.need.object == other.need.object && self.reason == other.reason
    }
}

extension ResourceKind {
    /// `authorization.k8s.io/v1` SelfSubjectAccessReview: asks whether one may do something.
    fileprivate static let accessReview = ResourceKind(
        group: "authorization.k8s.io",
        version: "v1",
        kind: "SelfSubjectAccessReview",
        plural: "selfsubjectaccessreviews",
        isNamespaced: false
    )
}

extension KubernetesClient {
    /// Asks the server which of some rights the client's own account lacks.
    ///
    /// A watch that is not allowed fails where few people look; this tells it before anything runs.
    ///
    /// - Parameter needs: What the controller must be allowed to do.
    /// - Returns: What it is not, in the order of the needs; none when all is well.
    /// - Throws: The server's or the connection's error.
    package func missing(of needs: [AccessNeed]) async throws(KubernetesError) -> [MissingAccess] {
        var missing: [MissingAccess] = []
        for need in needs {
            let parts = need.resource.split(separator: "/", maxSplits: 1).map(String.init)
            var attributes: JSONObject = [
                "verb": .string(need.verb), "group": .string(need.group), "resource": .string(parts.first ?? ""),
            ]
            if parts.count > 1 { attributes["subresource"] = .string(parts[1]) }
            attributes["namespace"] = need.namespace.map(JSONValue.string)
            attributes["name"] = need.name.map(JSONValue.string)
            var review = Object(kind: .accessReview, metadata: ObjectMeta(name: ""))
            review.spec = ["resourceAttributes": .object(attributes)]
            let status = try await self.create(.accessReview, review).status
            guard status?["allowed"]?.bool != true else { continue }
            let reason = status?["reason"]?.string ?? ""
            missing.append(MissingAccess(need: need, reason: reason))
        }
        return missing
    }
}

extension [MissingAccess] {
    /// What is missing and what to do about it, for a person; `nil` when nothing is missing.
    ///
    /// - Parameter remedy: What grants the rights, as in `kubectl apply -k manifests/rbac/controller`.
    /// - Returns: One line for each missing right.
    package func complaint(remedy: String) -> String? {
        guard !self.isEmpty else { return nil }
        let lines = self.lines.map { "  - \($0)" }.joined(separator: "\n")
        return "this account may not:\n\(lines)\n\(remedy)"
    }

    /// Verbs that are missing for the same thing, in one line.
    private var lines: [String] {
        var groups: [(first: MissingAccess, verbs: [String])] = []
        for missing in self {
            if let index = groups.firstIndex(where: { $0.first.isAboutTheSame(as: missing) }) {
                groups[index].verbs.append(missing.need.verb)
            } else {
                groups.append((missing, [missing.need.verb]))
            }
        }
        return groups.map { first, verbs in
            "\(verbs.joined(separator: ", ")) \(first.need.object)" + (first.reason.isEmpty ? "" : " (\(first.reason))")
        }
    }
}
