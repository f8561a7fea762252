import JSON
import KubernetesModel
import ResourceStore

extension Session {
    /// Whether the credentials of the kubeconfig allow something in the namespace.
    func mayDo(_ verb: String, _ kind: ResourceKind) async throws(APIStatus) -> Bool {
        var review = Object(kind: .selfSubjectAccessReview, metadata: ObjectMeta(name: ""))
        review.spec = [
            "resourceAttributes": [
                "namespace": .string(kind.isNamespaced ? self.namespace : ""), "verb": .string(verb),
                "group": .string(kind.group), "resource": .string(kind.plural),
            ]
        ]
        return try await self.store.create(.selfSubjectAccessReview, review).status?["allowed"]?.bool ?? false
    }
}

extension ResourceKind {
    /// `authorization.k8s.io` SelfSubjectAccessReview.
    static let selfSubjectAccessReview = ResourceKind(
        group: "authorization.k8s.io",
        version: "v1",
        kind: "SelfSubjectAccessReview",
        plural: "selfsubjectaccessreviews",
        isNamespaced: false
    )
    /// `apiextensions.k8s.io` CustomResourceDefinition.
    static let customResourceDefinition = ResourceKind(
        group: "apiextensions.k8s.io",
        version: "v1",
        kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions",
        isNamespaced: false
    )
}
