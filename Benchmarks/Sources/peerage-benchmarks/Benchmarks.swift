import Foundation

/// Measures the built binary and prints Markdown: the figure, its target, and the ratio where there is a peer.
///
///     swift run --package-path Benchmarks -c release peerage-benchmarks [control-plane|manifests|start|replication|kopf]… [--count N]
@main
struct Benchmarks {
    static func main() throws {
        var names: [String] = []
        var count = 10_000
        var binary = ".build/release/peerage"
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--count": count = arguments.popFirst().flatMap(Int.init) ?? count
            case "--binary": binary = arguments.popFirst() ?? binary
            case "control-plane", "manifests", "start", "replication", "kopf": names.append(argument)
            default:
                print(
                    "usage: peerage-benchmarks [control-plane|manifests|start|replication|kopf]… [--count N] [--binary PATH]"
                )
                exit(2)
            }
        }
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            print("\(binary) is not there: run `make build` first")
            exit(2)
        }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "peerage-bench-\(getpid())")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let wanted = names.isEmpty ? ["start", "manifests", "control-plane", "replication", "kopf"] : names
        let report = Report()
        if wanted.contains("start") { try StartBenchmark(binary: binary, scratch: scratch).run(report) }
        if wanted.contains("manifests") {
            try ManifestBenchmark(binary: binary, scratch: scratch, count: count).run(report)
        }
        if wanted.contains("control-plane") {
            for size in Set([min(1_000, count), count]).sorted() {
                try ControlPlaneBenchmark(binary: binary, scratch: scratch, count: size).run(report)
            }
        }
        if wanted.contains("kopf") {
            try KopfBenchmark(binary: binary, scratch: scratch, count: count / 10).run(report)
        }
        if wanted.contains("replication") {
            try ReplicationBenchmark(binary: binary, scratch: scratch, count: 20 * count).run(report)
        }
    }
}

/// Prints rows of one table as they come.
final class Report {
    private var hasHead = false

    func row(_ what: String, _ figure: String, target: String = "") {
        if !self.hasHead { print("| what | figure | target |\n|---|---|---|") }
        self.hasHead = true
        print("| \(what) | \(figure) | \(target) |")
        fflush(nil)
    }
}

/// A figure among several runs.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}

/// The value below which a share of all values lies.
func percentile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

extension Double {
    /// `1.23 s` or `45 ms`.
    var duration: String {
        self >= 1 ? String(format: "%.2f s", self) : String(format: "%.1f ms", self * 1_000)
    }
}
