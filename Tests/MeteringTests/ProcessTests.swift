import Testing

@testable import Metering

@Suite("Process metrics")
struct ProcessTests {
    /// The fields of proc(5), with a command name as hostile as a name may be.
    private let stat =
        "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 7 0 1000 1048576 256 18446744073709551615 1 1 0"

    @Test("the fields of /proc/self/stat are found behind any command name")
    func fields() throws {
        let reading = try #require(
            ProcessReading(stat: self.stat, bootSeconds: 1_000_000, ticksPerSecond: 100, pageSize: 4_096)
        )
        #expect(reading.cpuSeconds == 2)
        #expect(reading.threads == 7)
        #expect(reading.startSeconds == 1_000_010)
        #expect(reading.virtualBytes == 1_048_576)
        #expect(reading.residentBytes == 1_048_576)
    }

    @Test("a text that is no such file has no reading", arguments: ["", "42", "42 (a", "42 (a) S 1", ")"])
    func noReading(text: String) {
        #expect(ProcessReading(stat: text, bootSeconds: nil, ticksPerSecond: 100, pageSize: 4_096) == nil)
    }

    @Test("this process has memory, descriptors and a start in the past")
    func thisProcess() throws {
        let registry = MetricsRegistry()
        ProcessMetrics.register(in: registry)
        let exposition = try Exposition(registry.text)
        #expect(Set(exposition.types.keys) == Set(ProcessMetrics.definitions.map(\.name)))
        #expect(try #require(exposition["process_resident_memory_bytes", [:]]) > 1_000_000)
        #expect(try #require(exposition["process_open_fds", [:]]) >= 3)
        #expect(try #require(exposition["process_start_time_seconds", [:]]) > 1_600_000_000)
    }
}
