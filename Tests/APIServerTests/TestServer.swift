import Clocks
import ControllerRuntime
import FoundationEssentials
import HTTP
import JSON
import KubernetesModel
import Logging
import Metering
import ResourceStore
import Resources
import SQLiteStore
import Testing

@testable import APIServer

/// A folder that goes with its owner.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "apiserver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}

/// A wall clock that stands still.
struct StandingClock: WallClock {
    static let start = Timestamp(seconds: 1_800_000_000)
    var time = Self.start

    func now() -> Timestamp { self.time }
}

extension KindDefinition {
    /// A kind with required, immutable, nested and listed fields.
    static let widget = KindDefinition(
        kind: ResourceKind(
            group: "example.dev",
            version: "v1",
            kind: "Widget",
            plural: "widgets",
            shortNames: ["wd"],
            categories: ["example"],
            hasStatus: true
        ),
        description: "A widget.",
        spec: .object(
            "What it should be.",
            [
                .required("size", .integer("How big.", 1...100)),
                .optional("color", .string("Which color."), .fixed),
                .optional(
                    "parts",
                    .list("Its parts.", of: .object("A part.", [.required("id", .string("Its id."))]), maximumCount: 8)
                ),
            ]
        ),
        status: .object(
            "What it is.",
            [.optional("conditions", .conditions), .optional("weight", .integer("Weight.", 0...1_000))]
        ),
        printerColumns: [
            PrinterColumn("Size", .field(["spec", "size"]), as: .integer, "How big."),
            .condition("Ready", "Whether it is ready."),
            PrinterColumn("Color", .field(["spec", "color"]), priority: 1, "Which color."),
            .age,
        ],
        rules: { _, _ in [] }
    )
}

extension ResourceKind {
    static let widget = KindDefinition.widget.kind
}

/// A widget as JSON.
func widget(_ name: String, size: Int64 = 1, labels: [String: String] = [:]) -> JSONValue {
    var object = Object(kind: .widget, metadata: ObjectMeta(name: name, labels: labels))
    object.spec = ["size": .integer(size)]
    return object.json
}

/// A store with a request handler over it, without any network.
struct TestHandler {
    private let folder: TestFolder
    let store: SQLiteStore
    let handler: RequestHandler

    init(history: Int = 1_024) throws {
        self.folder = try TestFolder()
        var configuration = SQLiteStore.Configuration()
        configuration.historyChanges = history
        let clock = StandingClock()
        self.store = try SQLiteStore(folder: self.folder.path, configuration: configuration) { clock.now().rfc3339 }
        self.handler = RequestHandler(
            routes: Routes(ServedKind.core + [ServedKind(.widget)]),
            store: self.store,
            version: ServerVersion(peerage: "test"),
            clock: clock,
            reports: ["depth": { ["depth": 7] }]
        )
    }

    /// Sends a request and gives the code and the body of the answer.
    func send(
        _ method: APIRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        accept: AcceptedMedia = .json
    ) async throws -> (code: Int, json: JSONValue, warnings: [String]) {
        let target = try #require(RequestTarget(path))
        let request = APIRequest(method, target, accept: accept, contentType: type, body: body?.bytes ?? [])
        do throws(APIStatus) {
            guard let route = self.handler.routes[target.segments] else { throw RequestHandler.unknownPath }
            let answer = try await self.handler.answer(request, route: route)
            let representer = Representer(request, now: StandingClock.start)
            guard let shown = representer.representation(of: answer) else { return (0, .null, []) }
            return (shown.code, (try? JSONValue(parsing: shown.body)) ?? .null, shown.warnings)
        } catch {
            return (error.reason.code, error.json, [])
        }
    }

    /// Begins a watch.
    func watch(_ path: String) async throws -> Watch {
        let target = try #require(RequestTarget(path))
        let route = try #require(self.handler.routes[target.segments])
        let answer = try await self.handler.answer(APIRequest(.get, target), route: route)
        guard case .watch(let watch) = answer else { throw APIStatus(.internalError, "no watch") }
        return watch
    }
}

/// A server on a port of its own, with a client that it trusts.
struct TestServer: Sendable {
    let endpoint: APIServer.Endpoint
    let token: String
    let authority: [UInt8]
    let client: HTTPClient

    /// Runs a server while a body runs.
    static func run(
        bookmarkInterval: Duration = .seconds(60),
        history: Int = 1_024,
        metrics: MetricsPage? = nil,
        clock: any WallClock = SystemWallClock(),
        time: any Time = SystemTime(),
        collectsGarbage: Bool = false,
        configure: (inout APIServer.Configuration) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try TestFolder()
        var storeConfiguration = SQLiteStore.Configuration()
        storeConfiguration.historyChanges = history
        let store = try SQLiteStore(folder: folder.path, configuration: storeConfiguration) {
            SystemWallClock().now().rfc3339
        }
        var configuration = APIServer.Configuration(
            port: 0,
            dataFolder: folder.path,
            kinds: [ServedKind(.widget)] + PeerageAPI.definitions.map { ServedKind($0) },
            version: ServerVersion(peerage: "test")
        )
        configuration.bookmarkInterval = bookmarkInterval
        configuration.metrics = metrics
        configure(&configuration)
        let server = APIServer(configuration: configuration, store: store, clock: clock, time: time, logger: .quiet)
        let running = Task { try await server.run() }
        let collector = GarbageCollector(
            store: store,
            kinds: PeerageAPI.definitions.map(\.kind) + [.secret, .configMap],
            time: SystemTime(),
            logger: .quiet
        )
        let collecting = Task { if collectsGarbage { await collector.run() } }
        defer { collecting.cancel() }
        do {
            let endpoint = try await server.waitUntilListening()
            try await body(try TestServer(endpoint, folder: folder.path))
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        _ = await running.result
        await store.close()
    }

    init(_ endpoint: APIServer.Endpoint, folder: String) throws {
        self.endpoint = endpoint
        let token = try #require(try PrivateFile.read("\(folder)/api/token"))
        self.token = String(String(decoding: token, as: UTF8.self).dropLast())
        self.authority = try #require(try PrivateFile.read("\(folder)/api/ca.crt"))
        self.client = HTTPClient(configuration: .init(tls: TLSOptions(caPEM: self.authority), proxy: .none))
    }

    /// A client with connections of its own.
    func newClient() -> HTTPClient {
        HTTPClient(configuration: .init(tls: TLSOptions(caPEM: self.authority), proxy: .none))
    }

    func request(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) -> HTTPRequest {
        var request = HTTPRequest(method, self.endpoint.url + path, bearerToken: BearerToken(self.token))
        // A handshake beside a thousand other tests, and one that waits for strangers to lose patience, take long.
        request.timeouts = HTTPTimeouts(connect: .seconds(120), total: .seconds(180))
        if let body {
            request.body = body.bytes
            request.headers["Content-Type"] = "application/json"
        }
        return request
    }

    func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> HTTPResponse {
        try await self.client.send(self.request(method, path, body))
    }
}

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

extension HTTPResponse {
    var json: JSONValue { (try? JSONValue(parsing: self.body)) ?? .null }
}
