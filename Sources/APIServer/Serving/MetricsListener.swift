import Hummingbird
import Lifecycle
import Logging
import Metering
import NIOCore
import ServiceLifecycle

/// Serves metrics in plain HTTP to whoever reaches its address, which is therefore one of loopback.
///
/// *Expected flow:* `run()` listens until a graceful shutdown. *Errors:* `run()` and `waitUntilListening()` throw when
/// the address is taken.
package final class MetricsListener: Service {
    /// More clients than scrape one process, and few enough that none can do harm.
    private static let maximumConnections = 64

    private let host: String
    private let port: Int
    private let page: MetricsPage
    private let idleTime: Duration
    private let logger: Logger
    private let url = Latch<Result<String, any Error>>()

    /// Creates a listener; nothing happens before `run()`.
    ///
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port; 0 takes any that is free.
    ///   - page: What it serves.
    ///   - idleTime: How long a connection may be silent; scrapers open another.
    ///   - logger: Told of what goes wrong.
    package init(host: String, port: Int, page: MetricsPage, idleTime: Duration = .seconds(10), logger: Logger) {
        self.host = host
        self.port = port
        self.page = page
        self.idleTime = idleTime
        self.logger = logger
    }

    /// Serves until the task is cancelled or shut down gracefully.
    package func run() async throws {
        var quiet = self.logger
        quiet.logLevel = max(.warning, quiet.logLevel)
        let (host, port) = (self.host, self.port)
        let application = Application(
            responder: MetricsResponder(page: self.page),
            server: .http1(configuration: .init(idleTimeout: TimeAmount(self.idleTime))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: quiet)
            ),
            onServerRunning: { channel in
                let name = host.contains(":") ? "[\(host)]" : host
                self.url.finish(.success("http://\(name):\(channel.localAddress?.port ?? port)/metrics"))
            },
            logger: quiet
        )
        do {
            try await application.runUntilCancelled(logger: quiet)
            self.url.finish(.failure(CancellationError()))
        } catch {
            self.url.finish(.failure(error))
            throw error
        }
    }

    /// Waits until the listener accepts connections.
    ///
    /// - Returns: The URL of the metrics.
    /// - Throws: The error that `run()` throws when it cannot get there.
    package func waitUntilListening() async throws -> String {
        try await self.url.wait().get()
    }
}

/// Answers with the page, and to every other path with 404.
struct MetricsResponder: HTTPResponder {
    let page: MetricsPage

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        Self.answer(request, self.page) ?? Response(status: .notFound)
    }

    /// The answer of the page; `nil` when the path is another.
    static func answer(_ request: Request, _ page: MetricsPage) -> Response? {
        let answer = page.answer(method: request.method.rawValue, path: request.uri.path)
        return answer.map { answer in
            let body = request.method == .head ? ByteBuffer() : ByteBuffer(bytes: answer.body)
            return Response(
                status: .init(code: answer.code),
                headers: [.contentType: answer.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: body)
            )
        }
    }
}
