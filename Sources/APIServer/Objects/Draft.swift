import JSON
import KubernetesModel

/// An object that a client wants to be written, checked and in the form in which it is stored.
struct Draft: Sendable {
    /// The object.
    var object: Object
    /// What to warn the client of.
    let warnings: [String]

    /// Checks an object.
    ///
    /// - Parameters:
    ///   - json: What the client sent, or what a patch made.
    ///   - kind: Its kind.
    ///   - key: What the path names; the name is empty when the path does not tell it.
    ///   - old: The object before the change.
    ///   - validation: What becomes of unknown fields.
    /// - Throws: `BadRequest` when the object is not the one that the path names, `Invalid` when it breaks rules.
    init(
        _ json: JSONValue,
        kind: ServedKind,
        key: ObjectKey,
        old: Object?,
        validation: FieldValidation
    ) throws(APIStatus) {
        var json = try Self.named(json, kind: kind.kind, key: key)
        // The status has its own path; here it is neither taken nor judged.
        if kind.kind.hasStatus { json["status"] = old?.status }
        json = .object(kind.normalized(json.object ?? JSONObject(), old?.json))
        let problems = kind.problems(json, old?.json, ofStatus: false)
        let warnings = try validation.settle(problems, in: &json)
        try Self.refuse(problems, kind: kind.kind, name: json["metadata"]?["name"]?.string ?? "")
        self.object = Object(json)
        self.warnings = warnings + problems.filter { $0.severity == .warning }.map(\.description)
    }

    /// Checks a status.
    ///
    /// - Parameters:
    ///   - json: An object with the status that the client wants.
    ///   - kind: Its kind.
    ///   - current: The object as it is.
    ///   - validation: What becomes of unknown fields.
    /// - Throws: `BadRequest` when the object is not the one that the path names, `Invalid` when the status breaks rules.
    init(
        statusOf json: JSONValue,
        kind: ServedKind,
        current: Object,
        validation: FieldValidation
    ) throws(APIStatus) {
        let sent = Object(try Self.named(json, kind: kind.kind, key: current.key))
        var object = current
        object.status = sent.status
        object.metadata.resourceVersion = sent.metadata.resourceVersion
        var whole = object.json
        let problems = kind.problems(whole, current.json, ofStatus: true)
        let warnings = try validation.settle(problems, in: &whole)
        try Self.refuse(problems, kind: kind.kind, name: current.metadata.name)
        object.status = whole["status"]
        self.object = object
        self.warnings = warnings
    }

    private static func refuse(_ problems: [FieldProblem], kind: ResourceKind, name: String) throws(APIStatus) {
        let problems = problems.filter { $0.reason != .unknown }
        if problems.hasErrors { throw APIStatus.invalid(kind, name, problems) }
    }

    /// The object with the kind, name and namespace of the path, which it may have left out but not contradicted.
    private static func named(
        _ json: JSONValue,
        kind: ResourceKind,
        key: ObjectKey
    ) throws(APIStatus) -> JSONValue {
        var json = json
        for (field, expected) in [("apiVersion", kind.apiVersion), ("kind", kind.kind)] {
            let found = json[field]
            guard found == nil || found?.isNull == true || found?.string == expected else {
                throw APIStatus(
                    .badRequest,
                    "the \(field) in the data (\(found?.string ?? found?.sort ?? "")) does not match the expected "
                        + "\(field) (\(expected))"
                )
            }
            json[field] = .string(expected)
        }
        var metadata = json["metadata"]?.object ?? JSONObject()
        let name = metadata["name"]?.string ?? ""
        if !key.name.isEmpty {
            guard name.isEmpty || name == key.name else {
                throw APIStatus(
                    .badRequest,
                    "the name of the object (\(name)) does not match the name on the URL (\(key.name))"
                )
            }
            metadata["name"] = .string(key.name)
        }
        let namespace = metadata["namespace"]?.string ?? ""
        guard namespace.isEmpty || namespace == key.namespace else {
            throw APIStatus(
                .badRequest,
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        }
        metadata["namespace"] = kind.isNamespaced ? .string(key.namespace) : nil
        // Who owns what is the tracker's to say.
        metadata["managedFields"] = nil
        metadata["selfLink"] = nil
        if json["metadata"] == nil || json["metadata"]?.object != nil { json["metadata"] = .object(metadata) }
        return json
    }
}
