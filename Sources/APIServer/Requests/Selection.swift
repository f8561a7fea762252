import KubernetesModel

/// Which objects of a collection a request is about.
struct Selection: Sendable, Hashable {
    let labels: LabelSelector
    let fields: FieldSelector

    /// Reads `labelSelector` and `fieldSelector`.
    init(_ target: RequestTarget, for kind: ResourceKind) throws(APIStatus) {
        do throws(LabelSelector.Malformed) {
            self.labels = try LabelSelector(target["labelSelector"] ?? "")
        } catch {
            throw APIStatus(
                .badRequest,
                "unable to parse requirement \"\(error.part)\" of the label selector; "
                    + "expected \(LabelSelector.Malformed.expected)"
            )
        }
        self.fields = try FieldSelector(target["fieldSelector"] ?? "", for: kind)
    }

    /// Whether everything is selected.
    var isEverything: Bool { self.labels.isEverything && self.fields.isEverything }

    /// Whether an object is selected.
    func matches(_ object: Object) -> Bool {
        self.labels.matches(object.metadata.labels) && self.fields.matches(object)
    }
}
