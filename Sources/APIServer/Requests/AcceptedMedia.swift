import KubernetesModel

/// The representation of an answer, as negotiated by the `Accept` field.
struct AcceptedMedia: Sendable, Hashable {
    /// What an object or list is shown as.
    enum Form: Sendable, Hashable {
        /// As it is.
        case whole
        /// As rows of a `meta.k8s.io/v1` Table.
        case table
        /// As `meta.k8s.io/v1` PartialObjectMetadata.
        case metadata
        /// All kinds of all groups in one document, in this version of `apidiscovery.k8s.io`.
        case aggregatedDiscovery(version: String)
    }

    /// How the answer is written.
    enum Syntax: Sendable, Hashable {
        case json
        case yaml
        /// Protobuf, for the one document that old kubectls ask for in it.
        case openAPIProtobuf
    }

    let form: Form
    let syntax: Syntax

    /// Whole objects as JSON.
    static let json = AcceptedMedia(form: .whole, syntax: .json)

    /// The first representation in an `Accept` field that is offered here; quality values are not weighed, as in
    /// Kubernetes.
    ///
    /// - Parameter field: The field's value; empty or absent accepts JSON.
    /// - Returns: The representation; `nil` when none is offered.
    static func negotiated(_ field: String?) -> AcceptedMedia? {
        guard let field, !field.isEmpty else { return .json }
        for choice in field.split(separator: ",") {
            let parts = choice.split(separator: ";").map { $0.trimmedSpaces }
            guard let type = parts.first, let syntax = Self.syntaxes[type.lowercased()] else { continue }
            var parameters: [String: String] = [:]
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { parameters[String(pair[0])] = String(pair[1]) }
            }
            if let form = Self.form(parameters) { return AcceptedMedia(form: form, syntax: syntax) }
        }
        return nil
    }

    private static let syntaxes: [String: Syntax] = [
        "application/json": .json, "application/*": .json, "*/*": .json, "application/yaml": .yaml,
        OpenAPIV2Document.mediaType: .openAPIProtobuf,
    ]

    private static func form(_ parameters: [String: String]) -> Form? {
        switch (parameters["as"], parameters["g"], parameters["v"]) {
        case (nil, nil, nil): .whole
        case ("Table", "meta.k8s.io", "v1"): .table
        case ("PartialObjectMetadata", "meta.k8s.io", "v1"), ("PartialObjectMetadataList", "meta.k8s.io", "v1"):
            .metadata
        case ("APIGroupDiscoveryList", "apidiscovery.k8s.io", let version?) where ["v2", "v2beta1"].contains(version):
            .aggregatedDiscovery(version: version)
        default: nil
        }
    }
}
