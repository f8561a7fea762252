import Glibc

/// What the system tells of this process, under the names that every Prometheus client library uses.
package enum ProcessMetrics {
    private static let cpu = MetricDefinition(
        "process_cpu_seconds_total",
        .counter,
        help: "Total user and system CPU time spent in seconds."
    )
    private static let residentMemory = MetricDefinition(
        "process_resident_memory_bytes",
        .gauge,
        help: "Resident memory size in bytes."
    )
    private static let virtualMemory = MetricDefinition(
        "process_virtual_memory_bytes",
        .gauge,
        help: "Virtual memory size in bytes."
    )
    private static let startTime = MetricDefinition(
        "process_start_time_seconds",
        .gauge,
        help: "Start time of the process since unix epoch in seconds."
    )
    private static let openFiles = MetricDefinition(
        "process_open_fds",
        .gauge,
        help: "Number of open file descriptors."
    )
    private static let maximumFiles = MetricDefinition(
        "process_max_fds",
        .gauge,
        help: "Maximum number of open file descriptors.",
        alert: MetricAlert(
            "ProcessFileDescriptorsNearLimit",
            when: "process_open_fds / process_max_fds > 0.8",
            for: "10m",
            advice: "The process is about to run out of file descriptors: raise the limit (`ulimit -n`)."
        )
    )
    private static let threads = MetricDefinition(
        "process_threads",
        .gauge,
        help: "Number of operating system threads in the process."
    )

    /// The metrics.
    package static let definitions = [
        cpu, residentMemory, virtualMemory, startTime, openFiles, maximumFiles, threads,
    ]

    /// Registers the metrics.
    package static func register(in registry: MetricsRegistry) {
        let fields: [(MetricDefinition, @Sendable (ProcessReading) -> Double?)] = [
            (self.cpu, { $0.cpuSeconds }), (self.residentMemory, { $0.residentBytes }),
            (self.virtualMemory, { $0.virtualBytes }), (self.startTime, { $0.startSeconds }),
            (self.threads, { $0.threads }),
        ]
        for (definition, value) in fields {
            registry.computed(definition) { ProcessReading.now.flatMap(value).map { [MetricPoint([], $0)] } ?? [] }
        }
        registry.computed(self.openFiles) { Self.openFileCount.map { [MetricPoint([], Double($0))] } ?? [] }
        registry.computed(self.maximumFiles) {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return [] }
            return [MetricPoint([], Double(limit.rlim_cur))]
        }
    }

    private static var openFileCount: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not `.`, not `..`, and not the descriptor that is doing the reading.
        return max(0, count - 3)
    }
}
