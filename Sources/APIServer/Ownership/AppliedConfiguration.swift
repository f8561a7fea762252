import JSON
import KubernetesModel

/// What a client wants by a server-side apply.
struct AppliedConfiguration: Sendable {
    /// The part of an object that the client has an opinion on.
    let json: JSONValue
    /// The version that the object must have; empty when any will do.
    let resourceVersion: String

    /// Reads the body of a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - kind: The kind of the object.
    ///   - key: The object that the path names.
    ///   - isStatus: Whether the status alone is applied; otherwise everything but the status is.
    /// - Throws: `BadRequest` when the body is no configuration for an object of this kind.
    init(_ request: APIRequest, kind: ServedKind, key: ObjectKey, isStatus: Bool) throws(APIStatus) {
        var json = try BodyReader.applied(request.body)
        let (version, name) = (json["apiVersion"]?.string ?? "", json["kind"]?.string ?? "")
        guard !version.isEmpty, !name.isEmpty else {
            throw APIStatus(.badRequest, "error decoding YAML: Object 'Kind' or 'apiVersion' is missing")
        }
        guard version == kind.kind.apiVersion else {
            throw APIStatus(
                .badRequest,
                "Incorrect version specified in apply patch. Specified patch version: \(version), "
                    + "expected: \(kind.kind.apiVersion)"
            )
        }
        guard json["metadata"]?["managedFields"] == nil else {
            throw APIStatus(.badRequest, "metadata.managedFields must be nil")
        }
        let unknown = kind.definition.problems(in: json).map(kind.told).filter { $0.reason == .unknown }
        guard unknown.isEmpty else {
            let fields = unknown.map { ".\($0.path): field not declared in schema" }.joined(separator: ", ")
            throw APIStatus(
                .badRequest,
                "failed to create typed patch object (\(key); \(version), Kind=\(name)): \(fields)"
            )
        }
        self.resourceVersion = json["metadata"]?["resourceVersion"]?.string ?? ""
        if isStatus {
            let head = ["apiVersion", "kind", "status"].map { ($0, json[$0]) }
            json = .object(JSONObject())
            for (name, value) in head { json[name] = value }
        } else {
            if kind.kind.hasStatus { json["status"] = nil }
            json = kind.normalizedConfiguration(json)
        }
        self.json = json
    }
}

extension ServedKind {
    /// A configuration in the form in which objects are stored, without anything that its author did not say.
    fileprivate func normalizedConfiguration(_ json: JSONValue) -> JSONValue {
        // What every namespace has is the server's to add.
        guard let content = json.object, self.kind != .namespace else { return json }
        var normalized = self.normalized(content, nil)
        // Of a Secret without a type the type is said by nobody.
        if content["type"] == nil { normalized["type"] = nil }
        return .object(normalized)
    }
}
