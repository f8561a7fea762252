import JSON
import KubernetesModel

/// Questions about oneself, which are posted and answered at once and never stored.
///
/// Who has the token may do everything, so the answers are short.
enum SelfReview: String, Sendable, Hashable, CaseIterable {
    /// `kubectl auth whoami`.
    case user = "SelfSubjectReview"
    /// `kubectl auth can-i`.
    case access = "SelfSubjectAccessReview"
    /// `kubectl auth can-i --list`.
    case rules = "SelfSubjectRulesReview"

    /// The one user that there is, and its groups.
    static let userInfo: JSONValue = [
        "username": "peerage", "groups": ["system:masters", "system:authenticated"],
    ]

    /// The kind of the question.
    var kind: ResourceKind {
        ResourceKind(
            group: self == .user ? "authentication.k8s.io" : "authorization.k8s.io",
            version: "v1",
            kind: self.rawValue,
            plural: "\(self.rawValue.lowercased())s",
            isNamespaced: false
        )
    }

    /// The question with its answer.
    func answer(_ question: JSONValue) -> JSONValue {
        var review = question
        review["apiVersion"] = .string(self.kind.apiVersion)
        review["kind"] = .string(self.kind.kind)
        review["metadata"] = question["metadata"] ?? ["creationTimestamp": .null]
        review["status"] = self.status
        return review
    }

    private var status: JSONValue {
        switch self {
        case .user: ["userInfo": Self.userInfo]
        case .access: ["allowed": true, "reason": "who has the token may do everything"]
        case .rules:
            [
                "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
                "incomplete": false,
            ]
        }
    }

    /// The fields of the kind, for documentation.
    var definition: KindDefinition {
        let spec: Schema =
            switch self {
            case .user: .anything("Nothing.")
            case .access: .anything("What one would like to do: resourceAttributes or nonResourceAttributes.")
            case .rules: .anything("Where: namespace.")
            }
        return KindDefinition(
            kind: self.kind,
            description: "A question about oneself, answered in status and not stored.",
            fields: [.optional("spec", spec), .optional("status", .anything("The answer."))]
        )
    }
}
