import JSON

extension StoredDocuments {
    func execute(_ statement: String, arguments: JSONObject) async throws(StatementError) -> StatementAnswer {
        throw .failed("this version does not execute statements yet")
    }
}
