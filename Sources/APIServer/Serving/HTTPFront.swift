import Clocks
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import Logging
import Metering
import NIOCore
import ResourceStore

/// Where HTTP ends: makes requests of ours out of Hummingbird's, and Hummingbird's responses out of answers.
struct HTTPFront: HTTPResponder {
    let handler: RequestHandler
    let token: AccessToken
    let connections: ConnectionRegistry
    let metrics: MetricsPage?
    let clock: any WallClock
    let bookmarkInterval: Duration
    let logger: Logger

    func respond(to request: Request, context: FrontContext) async throws -> Response {
        let isTrusted = self.token.isCarried(by: request.headers[.authorization])
        if isTrusted { self.connections.admit(context.channel) }
        // Scrapers accept media types of their own.
        if let metrics, request.uri.path == "/metrics" {
            return self.response(to: request, of: metrics, isTrusted: isTrusted)
        }
        guard let accept = AcceptedMedia.negotiated(request.headers[.accept]) else { return Self.notAcceptable }
        let representer: Representer
        let answer: Answer
        do throws(APIStatus) {
            let (route, apiRequest) = try await self.read(request, accept: accept, isTrusted: isTrusted)
            representer = Representer(apiRequest, now: self.clock.now())
            answer = try await self.handler.answer(apiRequest, route: route)
        } catch {
            if error.reason == .internalError {
                self.logger.error(
                    "request failed",
                    metadata: ["error": "\(error.message)", "path": "\(request.uri.path)"]
                )
            }
            return Self.response(to: error)
        }
        if case .watch(let watch) = answer { return self.response(to: watch, representer, request) }
        guard let representation = representer.representation(of: answer) else {
            return Self.response(to: APIStatus(.internalError, "the answer has no representation"))
        }
        return Self.response(to: representation)
    }

    private func response(to request: Request, of page: MetricsPage, isTrusted: Bool) -> Response {
        guard isTrusted else {
            return Self.response(to: APIStatus(.unauthorized, "Unauthorized"))
        }
        return MetricsResponder.answer(request, page) ?? Self.response(to: RequestHandler.unknownPath)
    }

    /// Checks who asks and for what, then reads the body.
    private func read(
        _ request: Request,
        accept: AcceptedMedia,
        isTrusted: Bool
    ) async throws(APIStatus) -> (Route, APIRequest) {
        let target = RequestTarget(request.head.path ?? "")
        let route = target.flatMap { self.handler.routes[$0.segments] }
        guard route?.isPublic == true || isTrusted else {
            throw APIStatus(.unauthorized, "Unauthorized")
        }
        guard let target, let route else { throw RequestHandler.unknownPath }
        guard let method = APIRequest.Method(rawValue: request.method.rawValue) else { throw RequestHandler.notAllowed }
        let type = request.headers[.contentType]?.split(separator: ";").first?.trimmedSpaces.lowercased() ?? ""
        let body = method == .get || method == .head ? [] : try await Self.body(of: request)
        let agent = request.headers[.userAgent] ?? ""
        return (
            route, APIRequest(method, target, accept: accept, contentType: type, userAgent: agent, body: body)
        )
    }

    private static func body(of request: Request) async throws(APIStatus) -> [UInt8] {
        let limit = BodyReader.maximumBytes
        let tooLarge = APIStatus(.requestEntityTooLarge, "the body is longer than \(limit) bytes")
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limit { throw tooLarge }
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch {
            throw APIStatus(.badRequest, "the body could not be read to its end")
        }
    }

    private func response(to watch: Watch, _ representer: Representer, _ request: Request) -> Response {
        let session = WatchSession(
            watch: watch,
            form: representer.media.form,
            includedObject: representer.includedObject,
            clock: self.clock,
            bookmarkInterval: self.bookmarkInterval
        )
        return Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-cache, private"],
            body: ResponseBody { writer in
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await session.run(&writer)
                } onInboundClosed: {
                    watch.stream.cancel()
                }
            }
        )
    }

    private static func response(to status: APIStatus) -> Response {
        var body = status.json.bytes
        body.append(UInt8(ascii: "\n"))
        var response = Self.response(
            to: Representation(code: status.reason.code, contentType: "application/json", body: body)
        )
        if let seconds = status.retryAfterSeconds { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }

    private static func response(to representation: Representation) -> Response {
        var headers: HTTPFields = [
            .contentType: representation.contentType, .cacheControl: "no-cache, private",
        ]
        for warning in representation.warnings.prefix(Self.maximumWarnings) {
            if let name = HTTPField.Name("Warning") {
                headers.append(HTTPField(name: name, value: Self.warning(warning)))
            }
        }
        return Response(
            status: HTTPResponse.Status(code: representation.code),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: representation.body))
        )
    }

    /// The client takes nothing that is offered here.
    private static var notAcceptable: Response {
        let status: JSONValue = [
            "apiVersion": "v1", "kind": "Status", "metadata": [:], "status": "Failure", "reason": "NotAcceptable",
            "message": "only the following media types are accepted: application/json, application/yaml", "code": 406,
        ]
        return Self.response(to: Representation(code: 406, contentType: "application/json", body: status.bytes))
    }

    private static let maximumWarnings = 50

    /// A value of the `Warning` field (RFC 7234 §5.5): code 299, no agent, quoted printable ASCII.
    private static func warning(_ text: String) -> String {
        var value = "299 - \""
        for scalar in text.unicodeScalars.prefix(512) {
            switch scalar {
            case "\"", "\\":
                value.unicodeScalars.append("\\")
                value.unicodeScalars.append(scalar)
            case " "..."~": value.unicodeScalars.append(scalar)
            case "…": value += "..."
            default: value.append("?")
            }
        }
        return value + "\""
    }
}
