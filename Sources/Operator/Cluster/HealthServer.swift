import HTTPTypes
import Hummingbird
import Lifecycle
import Logging
import NIOCore
import ServiceLifecycle

/// Answers kubelet's probes, and whatever else is read with a plain GET: one short page for each path.
///
/// *Guarantees:* asks nobody for anything, so that a slow API server cannot make a probe hang. *Errors:* `run()`
/// throws when the address is taken.
package struct HealthServer: Service {
    /// What a path answers.
    package struct Page: Sendable, Hashable {
        /// Whether all is well: 200, or else 503.
        package let isGood: Bool
        /// The text.
        package let text: String
        /// What the text is.
        package let mediaType: String

        /// Creates a page.
        package init(isGood: Bool = true, text: String, mediaType: String = "text/plain; charset=utf-8") {
            self.isGood = isGood
            self.text = text
            self.mediaType = mediaType
        }
    }

    private let host: String
    private let port: Int
    private let pages: [String: @Sendable () -> Page]
    private let logger: Logger

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port; 0 takes any free one.
    ///   - pages: What each path answers.
    ///   - logger: Told where it listens.
    package init(host: String, port: Int, pages: [String: @Sendable () -> Page], logger: Logger) {
        self.host = host
        self.port = port
        self.pages = pages
        self.logger = logger
    }

    /// Serves until a graceful shutdown begins or the task is cancelled.
    package func run() async throws {
        var quiet = self.logger
        quiet.logLevel = max(.warning, quiet.logLevel)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in self.answer(request) }
        let application = Application(
            responder: responder,
            // Whoever holds connections without asking anything must not keep the kubelet's probes out.
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(
                address: .hostname(self.host, port: self.port),
                availableConnectionsDelegate: .maximum(64, logger: quiet)
            ),
            onServerRunning: { channel in
                self.logger.info("health is served", metadata: ["port": "\(channel.localAddress?.port ?? self.port)"])
            },
            logger: quiet
        )
        try await application.runUntilCancelled(logger: quiet)
    }

    private func answer(_ request: Request) -> Response {
        guard request.method == .get || request.method == .head else { return Response(status: .methodNotAllowed) }
        guard let page = self.pages[request.uri.path]?() else { return Response(status: .notFound) }
        return Response(
            status: page.isGood ? .ok : .serviceUnavailable,
            headers: [.contentType: page.mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text))
        )
    }
}
