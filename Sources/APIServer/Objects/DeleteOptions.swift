import JSON
import KubernetesModel
import ResourceStore

/// How a deletion is to be done.
struct DeleteOptions: Sendable, Hashable {
    let preconditions: Preconditions
    let propagation: Propagation
    let isDryRun: Bool

    /// Reads the options from the body, if there is one, and the query.
    init(_ request: APIRequest) throws(APIStatus) {
        let body = request.body.isEmpty ? JSONValue.object(JSONObject()) : try BodyReader.object(of: request)
        let kind = body["kind"]?.string
        guard kind == nil || kind == "DeleteOptions" else {
            throw APIStatus(.badRequest, "the body is a \(kind ?? ""); expected DeleteOptions")
        }
        let wordsInBody = (body["dryRun"]?.array ?? []).compactMap(\.string)
        guard wordsInBody.allSatisfy({ $0 == "All" }) else {
            throw Self.invalid("dryRun", .notSupported, wordsInBody.joined(separator: ","), "\"All\"")
        }
        let isDryRunInQuery = try request.isDryRun()
        self.isDryRun = !wordsInBody.isEmpty || isDryRunInQuery
        self.preconditions = Preconditions(
            uid: body["preconditions"]?["uid"]?.string,
            resourceVersion: body["preconditions"]?["resourceVersion"]?.string
        )
        self.propagation = try Self.propagation(request, body)
    }

    private static func propagation(_ request: APIRequest, _ body: JSONValue) throws(APIStatus) -> Propagation {
        let word = request.target["propagationPolicy"] ?? body["propagationPolicy"]?.string ?? ""
        // What kubectl before 1.20 says.
        let orphans =
            body["orphanDependents"]?.bool ?? request.target["orphanDependents"].map { $0 != "false" && $0 != "0" }
        if word.isEmpty { return orphans == true ? .orphan : .background }
        guard orphans == nil else {
            throw Self.invalid("propagationPolicy", .invalid, word, "only one of it and orphanDependents")
        }
        guard let propagation = Propagation(rawValue: word) else {
            throw Self.invalid("propagationPolicy", .notSupported, word, "\"Background\", \"Foreground\" or \"Orphan\"")
        }
        return propagation
    }

    private static func invalid(
        _ field: String,
        _ reason: FieldProblem.Reason,
        _ word: String,
        _ expected: String
    ) -> APIStatus {
        let kind = ResourceKind(group: "meta.k8s.io", version: "v1", kind: "DeleteOptions", plural: "deleteoptions")
        return .invalid(
            kind,
            "",
            [FieldProblem(reason, at: FieldPath().key(field), "is \"\(word)\"", expected: expected)]
        )
    }
}
