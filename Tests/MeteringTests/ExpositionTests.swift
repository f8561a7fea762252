import Metering
import Testing

@Suite("Exposition")
struct ExpositionTests {
    private let requests = MetricDefinition(
        "test_requests_total",
        .counter,
        labels: [MetricLabel("host", .limited(2)), MetricLabel("code", .closed(["2xx", "error"]))],
        help: "Requests."
    )

    @Test("every kind is written as the format's documentation shows it")
    func everyKind() throws {
        let registry = MetricsRegistry()
        registry.counters(self.requests).counter(["peer:80", "2xx"]).add(3)
        registry.computed(MetricDefinition("test_depth", .gauge, help: "Depth.")) { [MetricPoint([], 2.5)] }
        let histogram = Histogram(bounds: [.nanoseconds(10), .milliseconds(5), .seconds(1)])
        for milliseconds in [5, 6, 2_000] { histogram.observe(.milliseconds(milliseconds)) }
        let definition = MetricDefinition(
            "test_time_seconds",
            .histogram(bounds: histogram.counts.bounds),
            labels: [MetricLabel("kind", .closed(["a"]))],
            help: "Time."
        )
        registry.computed(definition) { [MetricPoint(["a"], .histogram(histogram.counts))] }
        let text = String(decoding: registry.text, as: UTF8.self)
        #expect(
            text == """
                # HELP test_depth Depth.
                # TYPE test_depth gauge
                test_depth 2.5
                # HELP test_requests_total Requests.
                # TYPE test_requests_total counter
                test_requests_total{host="peer:80",code="2xx"} 3
                # HELP test_time_seconds Time.
                # TYPE test_time_seconds histogram
                test_time_seconds_bucket{kind="a",le="1e-08"} 0
                test_time_seconds_bucket{kind="a",le="0.005"} 1
                test_time_seconds_bucket{kind="a",le="1"} 2
                test_time_seconds_bucket{kind="a",le="+Inf"} 3
                test_time_seconds_sum{kind="a"} 2.011
                test_time_seconds_count{kind="a"} 3

                """
        )
        let exposition = try Exposition(registry.text)
        #expect(exposition["test_time_seconds_bucket", ["kind": "a", "le": "1"]] == 2)
    }

    @Test("any label value comes back as it went in", arguments: ["", "\\", "\"", "\n", "a\\\"\n}b,c=", "é 👋"])
    func escapes(value: String) throws {
        let registry = MetricsRegistry()
        registry.counters(self.requests).counter([value, "error"]).add()
        #expect(try Exposition(registry.text)["test_requests_total", ["host": value, "code": "error"]] == 1)
    }

    @Test("numbers without digits have the format's own words", arguments: [Double.infinity, -.infinity, .nan, 1e21])
    func numbers(number: Double) throws {
        let registry = MetricsRegistry()
        registry.computed(MetricDefinition("test_depth", .gauge, help: "Depth.")) { [MetricPoint([], number)] }
        let read = try #require(try Exposition(registry.text)["test_depth", [:]])
        #expect(read == number || read.isNaN && number.isNaN)
    }

    @Test("a metric without points is left out")
    func nothing() {
        let registry = MetricsRegistry()
        registry.computed(self.requests) { [] }
        _ = registry.counters(self.requests)
        #expect(registry.text.isEmpty)
        #expect(registry.definitions == [self.requests])
    }

    @Test("values beyond a label's limit are counted together as other")
    func limitedCounters() throws {
        let registry = MetricsRegistry()
        let family = registry.counters(self.requests)
        for host in ["c", "b", "a", "d", "b"] { family.counter([host, "2xx"]).add() }
        let exposition = try Exposition(registry.text)
        #expect(exposition["test_requests_total", ["host": "c", "code": "2xx"]] == 1)
        #expect(exposition["test_requests_total", ["host": "b", "code": "2xx"]] == 2)
        #expect(exposition["test_requests_total", ["host": "other", "code": "2xx"]] == 2)
        #expect(exposition.samples.count == 3)
    }

    @Test("of several gauges beyond a limit the largest is shown")
    func limitedGauges() throws {
        let registry = MetricsRegistry()
        let state = MetricDefinition("test_state", .gauge, labels: [MetricLabel("host", .limited(1))], help: "State.")
        registry.computed(state) { [("a", 0), ("b", 2), ("c", 1)].map { MetricPoint([$0], $1) } }
        #expect(try Exposition(registry.text)["test_state", ["host": "other"]] == 2)
    }

    @Test("several parts may register a metric; it is exposed once")
    func sharedMetric() throws {
        let registry = MetricsRegistry()
        for host in ["a", "b"] { registry.computed(self.requests) { [MetricPoint([host, "2xx"], 1)] } }
        let exposition = try Exposition(registry.text)
        #expect(exposition.samples.count == 2)
    }

    @Test("the page answers GET and HEAD, and knows no other path")
    func page() throws {
        let registry = MetricsRegistry()
        registry.computed(MetricDefinition("test_depth", .gauge, help: "Depth.")) { [MetricPoint([], 1)] }
        let page = MetricsPage(registry)
        #expect(page.answer(method: "GET", path: "/") == nil)
        #expect(page.answer(method: "POST", path: "/metrics")?.code == 405)
        let answer = try #require(page.answer(method: "GET", path: "/metrics"))
        #expect(answer.code == 200)
        #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try Exposition(answer.body)["test_depth", [:]] == 1)
    }
}
