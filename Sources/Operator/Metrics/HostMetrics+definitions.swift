import ControllerRuntime
import HTTP
import Metering

extension HostMetrics {
    static let requests = MetricDefinition(
        "peerage_remote_requests_total",
        .counter,
        labels: [
            host, MetricLabel("method", .closed(HTTPMethod.allCases.map(\.rawValue))),
            MetricLabel("code", .closed(ResponseClass.allCases.map(\.rawValue))),
        ],
        help: "How many requests were sent to Big Peers, by the class of the answer; error is none.",
        alert: MetricAlert(
            "PeerageBigPeerFails",
            when: "sum by (host) (rate(peerage_remote_requests_total{code=~\"5xx|error\"}[10m])) > 0.05",
            for: "15m",
            advice: "A Big Peer does not answer or fails inside; `peerage get bigpeer` tells what it says."
        )
    )
    static let requestTime = MetricDefinition(
        "peerage_remote_request_duration_seconds",
        .histogram(bounds: requestBounds),
        labels: [host],
        help: "How long requests to Big Peers take, those without an answer included."
    )
    static let waits = MetricDefinition(
        "peerage_rate_limit_wait_seconds",
        .histogram(bounds: waitBounds),
        labels: [host],
        help: "How long requests waited in line because of spec.endpoint.rateLimit or a 429; those that did not are "
            + "not counted."
    )
    static let refusals = MetricDefinition(
        "peerage_remote_requests_held_back_total",
        .counter,
        labels: [host, MetricLabel("reason", .closed(HostRefusal.allCases.map(\.rawValue)))],
        help: "How many requests were not sent, to spare a host that fails, asked to be left alone, or has a long line."
    )
    static let circuit = MetricDefinition(
        "peerage_host_circuit_state",
        .gauge,
        labels: [host],
        help: "The circuit breaker of a host: 0 closed, requests go; 1 probing, one goes to see; 2 open, none goes.",
        alert: MetricAlert(
            "PeerageBigPeerLeftAlone",
            when: "peerage_host_circuit_state == 2",
            for: "10m",
            advice: "A Big Peer failed so often that it is only probed; its resources wait until it answers."
        )
    )
    static let blocked = MetricDefinition(
        "peerage_host_blocked_seconds",
        .gauge,
        labels: [host],
        help: "For how long yet no request goes to a host, because of its circuit or a Retry-After; 0 when they go."
    )

    /// The metrics.
    static let definitions = [requests, requestTime, waits, refusals, circuit, blocked]

    /// How many hosts are told apart.
    static let maximumHosts = 1_000

    private static let host = MetricLabel("host", .limited(maximumHosts))

    /// 1 ms to 30 s.
    static let requestBounds: [Duration] = [
        1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
    ].map { .milliseconds($0) }

    /// 10 ms to the longest time that a request waits.
    static let waitBounds: [Duration] = [10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000].map { .milliseconds($0) }
}
