import Clocks
import HTTP
import Metering

/// Requests to the API server of a cluster, under client-go's names.
package enum APIClientMetrics {
    private static let requests = MetricDefinition(
        "rest_client_requests_total",
        .counter,
        labels: [
            MetricLabel("code", .limited(60)), MetricLabel("method", .closed(HTTPMethod.allCases.map(\.rawValue))),
            MetricLabel("host", .limited(10)),
        ],
        help: "Number of HTTP requests to the API server, by status code, method and host.",
        alert: MetricAlert(
            "PeerageAPIServerErrors",
            when: "sum(rate(rest_client_requests_total{code=~\"5..|<error>\"}[5m])) > 0.1",
            for: "10m",
            advice: "The API server fails or cannot be reached; until it answers, nothing new is learned or reported."
        )
    )

    /// The metrics.
    static let definitions = [requests]

    /// An exchange that counts what it carries.
    ///
    /// - Parameters:
    ///   - exchange: What carries requests to the API server.
    ///   - metrics: Where they are counted.
    ///   - time: The clock.
    /// - Returns: The exchange to give to the client of the API server.
    package static func counting(
        _ exchange: any HTTPExchange,
        in metrics: OperatorMetrics,
        time: any Time = SystemTime()
    ) -> any HTTPExchange {
        let family = metrics.registry.counters(self.requests)
        return MeteredExchange(exchange: exchange, time: time) { request, status, _ in
            let code = status.map(String.init) ?? "<error>"
            family.counter([code, request.method.rawValue, HostMetrics.label(of: request.url)]).add()
        }
    }
}
