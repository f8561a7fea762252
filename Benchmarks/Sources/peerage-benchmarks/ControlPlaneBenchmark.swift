import Foundation

/// The main job with many replications, against an embedded Big Peer in the same process: everything that it costs,
/// from reading files to the peer's own durable writes.
struct ControlPlaneBenchmark {
    let binary: String
    let scratch: URL
    let count: Int

    func run(_ report: Report) throws {
        let root = self.scratch.appending(path: "control-\(self.count)")
        let fleet = try Fleet(in: root.appending(path: "manifests"), count: self.count)
        let data = root.appending(path: "data").path()
        let once = [
            self.binary, "run", "--once", "--timeout", "5m", "--manifests", fleet.folder.path(), "--data", data,
        ]
        let cold = try Subject.time(once)
        guard cold.code == 0 else { return report.row("\(self.count) replications", "did not settle") }
        report.row(
            "\(self.count) replications, cold apply to all Synced (process start to exit)",
            cold.seconds.duration,
            target: self.count == 10_000 ? "≤ 5 s" : ""
        )
        let warm = try Subject.time(once)
        report.row(
            "\(self.count) unchanged checked again by a new process, from its start to its end",
            "\(warm.seconds.duration), \(Int(Double(self.count) / warm.seconds)) checks/s"
        )
        try self.standing(report, fleet, data: data, root: root)
    }

    private func standing(_ report: Report, _ fleet: Fleet, data: String, root: URL) throws {
        let output = root.appending(path: "run.txt")
        let subject = try Subject(
            [
                self.binary, "run", "--manifests", fleet.folder.path(), "--data", data, "--listen", "127.0.0.1:0",
                "--metrics-listen", "127.0.0.1:0",
            ],
            output: output
        )
        defer { subject.stop() }
        report.row(
            "\(self.count) unchanged checked again by a new process, while it checks",
            "\(Int(try self.checksPerSecond(saying: output))) checks/s",
            target: "≥ 5,000 checks/s"
        )
        while (try? String(contentsOf: output, encoding: .utf8))?.contains("Everything is as declared") != true {
            usleep(10_000)
        }
        sleep(2)
        report.row(
            "\(self.count) standing, resident (highest)",
            String(format: "%.0f MB (%.0f MB)", subject.memory("VmRSS"), subject.memory("VmHWM")),
            target: self.count == 10_000 ? "≤ 80 MB" : ""
        )
        let before = try self.sizes(below: data)
        sleep(5)
        let after = try self.sizes(below: data)
        report.row(
            "\(self.count) standing, databases written in 5 s of rest",
            before == after ? "none" : "yes",
            target: "none"
        )
        let url = try self.peerURL(data: data)
        var latencies: [Double] = []
        for round in 0..<30 {
            let number = round * self.count / 30
            let owner = 1_000_000 + round
            let start = ContinuousClock.now
            try fleet.edit(number, owner: owner)
            let path = "\(url)/app/cars/bigPeerReplication/r\(number)"
            while !LoopbackHTTP.get(path).contains("owner = \(owner)") { usleep(1_000) }
            latencies.append(start.duration(to: .now).seconds)
        }
        report.row(
            "\(self.count) standing, edit of a file to the PUT's effect, p50 / p99 of 30",
            "\(percentile(latencies, 0.5).duration) / \(percentile(latencies, 0.99).duration)",
            target: "p99 ≤ 250 ms"
        )
    }

    /// How fast a process that has just started goes through all replications, by its own count.
    private func checksPerSecond(saying output: URL) throws -> Double {
        var url: String?
        while url == nil {
            usleep(10_000)
            let lines = (try? String(contentsOf: output, encoding: .utf8))?.split(separator: "\n") ?? []
            url = lines.first { $0.hasPrefix("metrics at ") }.map { String($0.dropFirst("metrics at ".count)) }
        }
        var first: (count: Double, time: ContinuousClock.Instant)?
        while true {
            let page = LoopbackHTTP.get(url ?? "")
            let now = ContinuousClock.now
            let series = #"controller_runtime_reconcile_total{controller="bigpeerreplication""#
            let count = page.split(separator: "\n").filter { $0.hasPrefix(series) }
                .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
            if let first, count >= Double(self.count) {
                return (count - first.count) / first.time.duration(to: now).seconds
            }
            // What comes before is reading.
            if first == nil, count > 0 { first = (count, now) }
            usleep(50_000)
        }
    }

    /// Name, size and time of every database file.
    private func sizes(below folder: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return try files.filter { $0.contains("sqlite") && !$0.hasSuffix("-shm") }.sorted().map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return "\(name) \(attributes[.size] ?? "") \(attributes[.modificationDate] ?? "")"
        }
    }

    /// The embedded peer's REST API, from what the program says of it.
    private func peerURL(data: String) throws -> String {
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: self.binary)
        process.arguments = ["get", "bigpeer", "bp1", "-o", "json", "--kubeconfig", "\(data)/kubeconfig"]
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        let endpoints = (object?["status"] as? [String: Any])?["endpoints"] as? [String: String]
        return "\(endpoints?["api"] ?? "")/namespace/default/bigPeer/bp1"
    }
}
