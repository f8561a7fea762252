import Foundation

/// How long a user waits for the program itself.
struct StartBenchmark {
    let binary: String
    let scratch: URL

    func run(_ report: Report) throws {
        let help = try (0..<11).map { _ in try Subject.time([self.binary, "--help"]).seconds }
        report.row("`peerage --help`, median of 11", median(help).duration, target: "≤ 30 ms")

        var ready: [Double] = []
        var idle = Double.nan
        for round in 0..<5 {
            let data = self.scratch.appending(path: "start-\(round)")
            let output = self.scratch.appending(path: "start-\(round).txt")
            let start = ContinuousClock.now
            let subject = try Subject(
                [self.binary, "run", "--data", data.path(), "--listen", "127.0.0.1:0"],
                output: output
            )
            while (try? String(contentsOf: output, encoding: .utf8))?.contains("API at") != true { usleep(1_000) }
            ready.append(start.duration(to: .now).seconds)
            if round == 4 {
                sleep(2)
                idle = subject.memory("VmRSS")
            }
            subject.stop()
        }
        report.row("`peerage run` ready, empty store, median of 5", median(ready).duration, target: "≤ 300 ms")
        report.row("idle, resident", String(format: "%.0f MB", idle), target: "≤ 40 MB")
    }
}
