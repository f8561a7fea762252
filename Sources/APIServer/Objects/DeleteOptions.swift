import JSON
import KubernetesModel
import ResourceStore

/// How a deletion is to be done.
struct DeleteOptions: Sendable, Hashable {
    let preconditions: Preconditions
    let isDryRun: Bool

    /// Reads the options from the body, if there is one, and the query.
    ///
    /// `propagationPolicy` is taken and changes nothing: who owns objects deletes them.
    init(_ request: APIRequest) throws(APIStatus) {
        let body = request.body.isEmpty ? JSONValue.object(JSONObject()) : try BodyReader.object(of: request)
        let kind = body["kind"]?.string
        guard kind == nil || kind == "DeleteOptions" else {
            throw APIStatus(.badRequest, "the body is a \(kind ?? ""); expected DeleteOptions")
        }
        let isDryRunInBody = !(body["dryRun"]?.array ?? []).isEmpty
        let isDryRunInQuery = try request.isDryRun()
        self.isDryRun = isDryRunInBody || isDryRunInQuery
        self.preconditions = Preconditions(
            uid: body["preconditions"]?["uid"]?.string,
            resourceVersion: body["preconditions"]?["resourceVersion"]?.string
        )
        let policy = request.target["propagationPolicy"] ?? body["propagationPolicy"]?.string ?? ""
        guard ["", "Background", "Foreground", "Orphan"].contains(policy) else {
            throw APIStatus(
                .badRequest,
                "propagationPolicy: unsupported value \"\(policy)\"; expected \"Background\", \"Foreground\" or \"Orphan\""
            )
        }
    }
}
