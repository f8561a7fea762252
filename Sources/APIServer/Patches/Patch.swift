import JSON
import KubernetesModel

/// A change of an object, written down before the object is known.
enum Patch: Sendable, Hashable {
    /// RFC 7396.
    case merge(JSONValue)
    /// RFC 6902.
    case operations([JSONPatchOperation])
    /// Kubernetes' own extension of a merge patch, for kinds that it was built with.
    case strategic(JSONValue)

    /// Reads a patch.
    ///
    /// - Parameters:
    ///   - contentType: What the body is said to be.
    ///   - body: The patch itself.
    ///   - kind: The kind of the object to be patched.
    /// - Throws: `UnsupportedMediaType` or `BadRequest`.
    init(contentType: String, body: JSONValue, for kind: ResourceKind) throws(APIStatus) {
        switch contentType {
        case "application/merge-patch+json": self = .merge(try Self.object(body))
        case "application/json-patch+json": self = .operations(try JSONPatchOperation.operations(body))
        case "application/strategic-merge-patch+json" where kind.isBuiltIn:
            self = .strategic(try Self.object(body))
        default:
            let offered = Self.types(for: kind)
            throw APIStatus(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                    + offered.joined(separator: ", ")
            )
        }
    }

    /// The sorts of patches that a kind takes.
    static func types(for kind: ResourceKind) -> [String] {
        let types = [
            "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml",
        ]
        return kind.isBuiltIn ? types + ["application/strategic-merge-patch+json"] : types
    }

    /// The version that the object must have, when the patch names one.
    var resourceVersion: String? {
        switch self {
        case .merge(let patch), .strategic(let patch): patch["metadata"]?["resourceVersion"]?.string
        case .operations(let operations):
            operations.lazy.compactMap { operation in
                if case .test(["metadata", "resourceVersion"], let value) = operation { value.string } else { nil }
            }.first
        }
    }

    /// The object after the patch.
    ///
    /// - Parameter document: The object before.
    /// - Returns: The object after.
    /// - Throws: `Invalid` when an operation of a JSON patch cannot be carried out.
    func applied(to document: JSONValue) throws(APIStatus) -> JSONValue {
        switch self {
        case .merge(let patch): return document.merged(with: patch)
        case .strategic(let patch): return document.strategicallyMerged(with: patch)
        case .operations(let operations):
            var document = document
            var budget = JSONPatchBudget()
            for (index, operation) in operations.enumerated() {
                do throws(JSONPatchError) {
                    try budget.charge(operation, in: document)
                    try operation.apply(to: &document)
                } catch {
                    throw APIStatus(
                        .invalid,
                        "the server rejected our request due to an error in our request: "
                            + "operation \(index) of the JSON patch: \(error.message)"
                    )
                }
            }
            return document
        }
    }

    private static func object(_ body: JSONValue) throws(APIStatus) -> JSONValue {
        guard body.object != nil else {
            throw APIStatus(.badRequest, "the patch is \(body.sort); expected an object")
        }
        return body
    }
}
