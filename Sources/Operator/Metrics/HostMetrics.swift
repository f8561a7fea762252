import ControllerRuntime
import HTTP
import Metering
import Synchronization

/// What goes to each Big Peer, by scheme, host and port.
///
/// The hosts are what users write into manifests, so only so many are told apart, and one that no BigPeer names any
/// more is forgotten.
final class HostMetrics: Sendable {
    /// The class of an answer's status code.
    enum ResponseClass: String, Sendable, CaseIterable {
        case informational = "1xx"
        case success = "2xx"
        case redirection = "3xx"
        case clientError = "4xx"
        case serverError = "5xx"
        /// There was no answer.
        case none = "error"

        init(status: Int?) {
            switch status {
            case .some(100..<200): self = .informational
            case .some(200..<300): self = .success
            case .some(300..<400): self = .redirection
            case .some(400..<500): self = .clientError
            case .some: self = .serverError
            case nil: self = .none
            }
        }
    }

    private struct Request: Hashable {
        let method: HTTPMethod
        let response: ResponseClass
    }

    private struct Record {
        var requests: [Request: UInt64] = [:]
        var requestTime = HistogramCounts(bounds: HostMetrics.requestBounds)
        var waits = HistogramCounts(bounds: HostMetrics.waitBounds)
        var refusals: [HostRefusal: UInt64] = [:]
    }

    private let records = Mutex<[String: Record]>([:])

    init(in registry: MetricsRegistry) {
        registry.computed(Self.requests) { [weak self] in
            self?.points { host, record in
                record.requests.map { request, count in
                    MetricPoint([host, request.method.rawValue, request.response.rawValue], Double(count))
                }
            } ?? []
        }
        registry.computed(Self.requestTime) { [weak self] in
            self?.points { host, record in
                record.requests.isEmpty ? [] : [MetricPoint([host], .histogram(record.requestTime))]
            } ?? []
        }
        registry.computed(Self.waits) { [weak self] in
            self?.points { host, record in
                record.waits.count == 0 ? [] : [MetricPoint([host], .histogram(record.waits))]
            } ?? []
        }
        registry.computed(Self.refusals) { [weak self] in
            self?.points { host, record in
                record.refusals.map { MetricPoint([host, $0.key.rawValue], Double($0.value)) }
            } ?? []
        }
    }

    /// Exposes how the gates stand.
    func watch(_ gates: HostGates, in registry: MetricsRegistry) {
        registry.computed(Self.circuit) {
            Self.worst(gates, \.circuit.number)
        }
        registry.computed(Self.blocked) {
            Self.worst(gates, \.closedFor.metricSeconds)
        }
    }

    /// The largest value of each host: APIs under different paths have gates of their own.
    private static func worst(_ gates: HostGates, _ value: (HostGateStatus) -> Double) -> [MetricPoint] {
        Dictionary(gates.statuses.map { (Self.label(of: $0.key), value($0.value)) }, uniquingKeysWith: max)
            .map { MetricPoint([$0.key], $0.value) }
    }

    // MARK: - What happens

    /// Counts a request and its answer.
    ///
    /// - Parameters:
    ///   - url: Where it went.
    ///   - method: Its method.
    ///   - status: The answer's status code; `nil` when there was none.
    ///   - took: How long it took.
    func answered(_ url: String, _ method: HTTPMethod, status: Int?, took: Duration) {
        self.change(url) { record in
            record.requests[Request(method: method, response: ResponseClass(status: status)), default: 0] += 1
            record.requestTime.observe(took)
        }
    }

    /// Counts a request that waited in line.
    func waited(_ url: String, _ duration: Duration) {
        guard duration > .zero else { return }
        self.change(url) { $0.waits.observe(duration) }
    }

    /// Counts a request that was not sent.
    func heldBack(_ url: String, _ reason: HostRefusal) {
        self.change(url) { $0.refusals[reason, default: 0] += 1 }
    }

    /// Forgets a host that nobody speaks to any more.
    func forget(_ url: String) {
        self.records.withLock { $0[Self.label(of: url)] = nil }
    }

    private func change(_ url: String, _ body: (inout Record) -> Void) {
        let label = Self.label(of: url)
        self.records.withLock { records in
            let isKnown = records[label] != nil || records.count < Self.maximumHosts
            body(&records[isKnown ? label : MetricLabel.other, default: Record()])
        }
    }

    private func points(_ points: (String, Record) -> [MetricPoint]) -> [MetricPoint] {
        self.records.withLock { $0 }.flatMap { points($0.key, $0.value) }
    }

    /// Scheme, host and port of a URL, without credentials, path and query.
    static func label(of url: String) -> String {
        var url = url
        // This is done for every request, and on bytes takes a third of the time.
        return url.withUTF8 { bytes in
            var start = 0
            if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) {
                start = colon + 3
            }
            let scheme = bytes[..<start]
            var end = start
            while end < bytes.count, !Self.endsAuthority(bytes[end]) {
                end += 1
                if bytes[end - 1] == UInt8(ascii: "@") { start = end }
            }
            guard start > scheme.endIndex else { return String(decoding: bytes[..<end], as: UTF8.self) }
            return String(decoding: scheme, as: UTF8.self) + String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }
}

extension HostGateState.Circuit {
    /// The circuit as a gauge.
    fileprivate var number: Double {
        switch self {
        case .closed: 0
        case .probing: 1
        case .open: 2
        }
    }
}
