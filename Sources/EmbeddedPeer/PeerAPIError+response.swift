import HTTPTypes
import Hummingbird
import NIOCore

extension PeerAPIError {
    /// The status that the error is answered with.
    var status: HTTPResponse.Status {
        switch self {
        case .bigPeerNotFound, .appNotFound, .replicationNotFound, .noSuchPath, .noSuchDataPath: .notFound
        case .appNameMismatch, .appIDNotUnique, .connectionsNotUnique, .notJSON, .unreadableBody, .immutable:
            .badRequest
        case .appExists, .replicationExists: .conflict
        case .invalidField: .unprocessableContent
        case .documentsUnavailable: .serviceUnavailable
        case .bodyTooLarge: .contentTooLarge
        case .unauthorized: .unauthorized
        case .browserRefused: .forbidden
        case .methodNotAllowed: .methodNotAllowed
        case .notOffered: .notImplemented
        case .notStored: .internalServerError
        }
    }

    /// The response: a status, `{"error": "…"}`, and the header that some statuses call for.
    var response: Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        switch self {
        case .unauthorized: headers[.wwwAuthenticate] = "Bearer"
        case .methodNotAllowed(let allowed): headers[.allow] = allowed
        default: break
        }
        return Response(
            status: self.status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: self.body))
        )
    }
}

extension PeerRoute {
    /// Whether the API gives the path this method.
    func allows(_ method: HTTPRequest.Method) -> Bool {
        self.allowedMethods.split(separator: ", ").contains { $0 == method.rawValue }
    }
}
