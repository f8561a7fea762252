import HTTPTypes
import Hummingbird
import NIOCore
import PeerModel

/// What Hummingbird makes for every request; the routes need nothing of it.
struct PeerRequestContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

/// The REST API: from a request to a read or a command, from its outcome to a response.
struct PeerRoutes: HTTPResponder {
    let identity: PeerIdentity
    let limits: EmbeddedPeerLimits
    let storage: PeerStorage
    let token: TokenBox
    let counters: LiveCounters

    /// Answers a request; every error becomes a response here.
    func respond(to request: Request, context: PeerRequestContext) async throws -> Response {
        self.counters.countRequest()
        let response: Response
        do throws(PeerAPIError) {
            response = Self.success(try await self.answer(request))
        } catch {
            response = error.response
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async throws(PeerAPIError) -> ByteBuffer {
        try self.token.authorize(request)
        let route = try PeerRoute(path: request.uri.path, peer: self.identity)
        switch (route, request.method) {
        case (.apps, .get), (.apps, .head):
            return self.storage.appList()
        case (.apps, .post):
            return try await self.storage.perform(.createApp(try await self.fields(of: request)))
        case (.app(let name), .get), (.app(let name), .head):
            return try self.storage.app(name)
        case (.app(let name), .put), (.app(let name), .patch):
            return try await self.storage.perform(.updateApp(name: name, try await self.fields(of: request)))
        case (.app(let name), .delete):
            return try await self.storage.perform(.deleteApp(name: name))
        case (.replications(let app), .post):
            return try await self.storage.perform(.createReplication(try await self.fields(of: request), app: app))
        case (.replication(let app, let name), .get), (.replication(let app, let name), .head):
            return try self.storage.replication(name, of: app)
        case (.replication(let app, let name), .put):
            let fields = try await self.fields(of: request)
            return try await self.storage.perform(.replaceReplication(name: name, app: app, fields))
        case (.replication(let app, let name), .patch):
            let fields = try await self.fields(of: request)
            return try await self.storage.perform(.patchReplication(name: name, app: app, fields))
        case (.replication(let app, let name), .delete):
            return try await self.storage.perform(.deleteReplication(name: name, app: app))
        case (.unoffered(let operation), _) where route.allows(request.method):
            throw .notOffered(operation)
        case (_, _):
            throw .methodNotAllowed(allowed: route.allowedMethods)
        }
    }

    private func fields(of request: Request) async throws(PeerAPIError) -> BodyFields {
        try await BodyFields.read(request, maximumBytes: self.limits.bodyBytes, maximumDepth: self.limits.bodyDepth)
    }

    private static func success(_ body: ByteBuffer) -> Response {
        Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}
