import HTTP
import JSON
import Logging
import Metering
import Testing

@testable import APIServer

@Suite("Serving metrics", .timeLimit(.minutes(10)))
struct MetricsServingTests {
    private func page() -> MetricsPage {
        let registry = MetricsRegistry()
        registry.computed(MetricDefinition("test_depth", .gauge, help: "Depth.")) { [MetricPoint([], 7)] }
        return MetricsPage(registry)
    }

    @Test("the API tells metrics to whoever has the token, in the format that Prometheus reads")
    func api() async throws {
        try await TestServer.run(metrics: self.page()) { server in
            var request = server.request(.get, "/metrics")
            // What Prometheus 2.42 sends, and nothing of it is JSON.
            request.headers["Accept"] = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
            let answer = try await server.client.send(request)
            #expect(answer.status == 200)
            #expect(answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(String(decoding: answer.body, as: UTF8.self).hasSuffix("\ntest_depth 7\n"))
            #expect(try await server.send(.post, "/metrics").status == 405)
            request.bearerToken = nil
            let refused = try await server.client.send(request)
            #expect(refused.status == 401)
            #expect(refused.json["kind"] == "Status")
        }
    }

    @Test("a server without metrics knows no such path")
    func none() async throws {
        try await TestServer.run { server in
            let answer = try await server.send(.get, "/metrics")
            #expect(answer.status == 404)
        }
    }

    @Test("the listener serves metrics in plain HTTP and nothing else")
    func listener() async throws {
        let listener = MetricsListener(host: "127.0.0.1", port: 0, page: self.page(), logger: .quiet)
        let running = Task { try await listener.run() }
        let client = HTTPClient(configuration: .init(proxy: .none))
        do {
            let url = try await listener.waitUntilListening()
            let answer = try await client.send(HTTPRequest(.get, url))
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self).hasSuffix("\ntest_depth 7\n"))
            let head = try await client.send(HTTPRequest(.head, url))
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            let more = try await client.send(HTTPRequest(.get, url + "/more"))
            #expect(more.status == 404)

            let second = MetricsListener(
                host: "127.0.0.1",
                port: try #require(Int(url.split(separator: ":").last?.split(separator: "/").first ?? "")),
                page: self.page(),
                logger: .quiet
            )
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.waitUntilListening() }
        } catch {
            Issue.record(error)
        }
        running.cancel()
        _ = await running.result
    }
}
