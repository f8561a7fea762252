import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// The HTTP data API: `POST /{appId}/api/v4/store/execute`, in the shapes of Ditto's Big Peer
/// (https://docs.ditto.live/cloud/http-api/api/post-storeexecute).
struct DataRoutes: HTTPResponder {
    let limits: EmbeddedPeerLimits
    let storage: PeerStorage
    let shelf: DocumentShelf
    let token: TokenBox
    let counters: LiveCounters

    /// Answers a request; every error becomes a response here, all in one shape.
    func respond(to request: Request, context: PeerRequestContext) async throws -> Response {
        self.counters.countRequest()
        do throws(PeerAPIError) {
            return try await self.answer(request)
        } catch {
            var response = error.response
            response.body = ResponseBody(byteBuffer: StatementError.refused(error.message, line: nil, column: nil).body)
            return response
        }
    }

    private func answer(_ request: Request) async throws(PeerAPIError) -> Response {
        try self.token.authorize(request)
        let segments = request.uri.path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 6, segments[0].isEmpty, segments[2] == "api",
            segments[3] == "v4" || segments[3] == "v5",
            segments[4] == "store", segments[5] == "execute"
        else { throw .noSuchDataPath }
        guard request.method == .post else { throw .methodNotAllowed(allowed: "POST") }
        guard let app = AppID.canonical(String(segments[1])) else { throw .appNotFound }
        do throws(ShelfError) {
            // Before a long body is read in vain; the shelf asks again.
            try self.storage.requireApp(app)
        } catch {
            throw PeerAPIError(error)
        }
        let body = try await BodyFields.bytes(of: request, atMost: self.limits.statementBytes)
        guard body.count > Self.longBody else { return try await self.answer(body, of: app) }
        // What takes milliseconds to read is not read on the event loop, which others need, too.
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(PeerAPIError) in
            try await self.answer(body, of: app)
        }
    }

    /// A body of so many bytes is a long one.
    private static let longBody = 1 << 18

    private func answer(_ body: [UInt8], of app: String) async throws(PeerAPIError) -> Response {
        let statement = try StatementRequest(body, maximumDepth: self.limits.statementDepth)
        let documents: any AppDocuments
        do throws(ShelfError) {
            if let open = try self.shelf.documentsIfOpen(of: app) {
                documents = open
            } else {
                documents = try await withTaskExecutorPreference(globalConcurrentExecutor) {
                    () async throws(ShelfError) in try await self.shelf.documents(of: app)
                }
            }
        } catch {
            throw PeerAPIError(error)
        }
        do throws(StatementError) {
            let answer = try await documents.execute(statement.statement, arguments: statement.arguments)
            guard answer.size > Self.longBody else { return Self.response(.ok, answer.body) }
            return await withTaskExecutorPreference(globalConcurrentExecutor) { Self.response(.ok, answer.body) }
        } catch {
            switch error {
            case .refused: return Self.response(.badRequest, error.body)
            case .failed: return Self.response(.internalServerError, error.body)
            }
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ body: ByteBuffer) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}

extension StatementAnswer {
    /// About how many bytes the body has.
    fileprivate var size: Int { (self.items + self.mutated).reduce(512) { $0 + $1.count + 1 } }

    /// The body of the 200.
    fileprivate var body: ByteBuffer {
        var body = ByteBuffer()
        body.reserveCapacity(self.size)
        body.writeString(#"{"transactionId":\#(self.transaction),"queryType":"\#(self.queryType)","items":["#)
        body.write(list: self.items)
        body.writeStaticString(#"],"mutatedDocumentIds":["#)
        body.write(list: self.mutated)
        body.writeStaticString(#"],"warnings":["#)
        body.write(list: self.warnings.map { (["message": .string($0)] as JSONValue).bytes })
        body.writeString(#"],"totalWarningsCount":\#(self.warnings.count)}"#)
        return body
    }
}

extension StatementError {
    /// The body of a refusal: the fields that an answer always has, and what is wrong.
    fileprivate var body: ByteBuffer {
        var error = JSONObject()
        switch self {
        case .refused(let message, let line, let column):
            error["message"] = .string(message)
            error["line"] = line.map { .integer(Int64($0)) }
            error["column"] = column.map { .integer(Int64($0)) }
        case .failed(let message): error["message"] = .string(message)
        }
        let body: JSONValue = [
            "queryType": "", "items": [], "mutatedDocumentIds": [], "warnings": [], "totalWarningsCount": 0,
            "error": .object(error),
        ]
        return ByteBuffer(bytes: body.bytes)
    }
}

extension ByteBuffer {
    fileprivate mutating func write(list: [[UInt8]]) {
        for (index, element) in list.enumerated() {
            if index > 0 { self.writeInteger(UInt8(ascii: ",")) }
            self.writeBytes(element)
        }
    }
}
