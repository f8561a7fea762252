import DQL
import Documents
import JSON

/// What a request to the data API asks: `{"statement": "…", "args": {…}}`.
struct StatementRequest {
    /// The text of a DQL statement.
    let statement: String
    /// The values of its parameters.
    let arguments: DQLArguments

    /// Reads a request's body.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - maximumDepth: How deep its objects and arrays may nest.
    /// - Throws: What is wrong with it.
    init(_ body: [UInt8], maximumDepth: Int) throws(PeerAPIError) {
        if let request = StatementRequest(spans: body, maximumDepth: maximumDepth) {
            self = request
            return
        }
        let fields = try BodyFields(body, maximumDepth: maximumDepth)
        self.statement = try fields.statement()
        self.arguments = DQLArguments(try fields.statementArguments())
    }

    /// Reads a request of which nothing is unusual, without building the documents in it.
    private init?(spans body: [UInt8], maximumDepth: Int) {
        var statement: String?
        var arguments: DQLArguments?
        var isTwice = false
        let isUnderstood = body.withUnsafeBufferPointer { bytes in
            var reader = JSONSpanReader(
                body,
                bytes,
                maximumDepth: maximumDepth,
                objectDepth: DocumentLimits.maximumDepth
            )
            let isUnderstood = reader.members { name, reader in
                switch reader.text(of: name) {
                case "statement":
                    isTwice = isTwice || statement != nil
                    statement = reader.value(depth: 1)?.string
                    return statement != nil
                case "args":
                    isTwice = isTwice || arguments != nil
                    arguments = DQLArguments(&reader, depth: 1)
                    return arguments != nil
                default: return false
                }
            }
            return isUnderstood && reader.isAtEnd()
        }
        guard isUnderstood, !isTwice, let statement else { return nil }
        self.statement = statement
        self.arguments = arguments ?? DQLArguments()
    }
}
