import Foundation

/// `peerage controller` beside a kopf operator that does the same job, against the same API server and Big Peer.
///
/// Standing objects that nobody has looked at yet; from the start of the operator to the last status.
struct KopfBenchmark {
    let binary: String
    let scratch: URL
    let count: Int

    func run(_ report: Report) throws {
        let kopf = ProcessInfo.processInfo.environment["KOPF"] ?? "kopf"
        let what = "\(self.count) new replications through a real API server, controller start to last status"
        guard try Subject.time([kopf, "--version"]).code == 0 else {
            return report.row(what, "no kopf (pip install kopf aiohttp; KOPF names the program)")
        }
        let server = self.scratch.appending(path: "kube").path()
        let kubeconfig = try self.output(["scripts/api-server.sh", "up", server]).split(separator: "\n").last ?? ""
        guard !kubeconfig.isEmpty else { return report.row(what, "no kube-apiserver") }
        setenv("KUBECONFIG", String(kubeconfig), 1)
        defer {
            unsetenv("KUBECONFIG")
            _ = try? Subject.time(["scripts/api-server.sh", "down", server])
        }
        try self.kubectl("apply", "--validate=false", "-f", "manifests/crds", "-f", "Benchmarks/kopf/crd.yaml")
        try self.kubectl("wait", "--for=condition=Established", "crd", "--all")
        let host = try Subject([self.binary, "host", "--name", "default", "--data", "\(server)-host"])
        defer { host.stop() }
        try self.apply(Self.peer)
        let first = try Subject([self.binary, "controller"])
        try self.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "bp,bpa", "--all")
        first.stop()
        let api = try self.output(["kubectl", "get", "bp", "bench", "-o", "jsonpath={.status.endpoints.api}"])
        setenv("BIG_PEER_REPLICATIONS", "\(api)/namespace/default/bigPeer/bench/app/cars/bigPeerReplication", 1)

        try self.apply((0..<self.count).map { Self.replication($0, kind: "BigPeerReplication", name: "ours") })
        let ours = try self.measure([self.binary, "controller"], kind: "bpr") {
            $0.contains("Live") || $0.contains("True")
        }
        try self.apply((0..<self.count).map { Self.replication($0, kind: "KopfReplication", name: "theirs") })
        let theirs = try self.measure(
            [kopf, "run", "-q", "-n", "default", "Benchmarks/kopf/operator.py"],
            kind: "kr"
        ) { $0.contains("name") }
        report.row(
            what,
            "\(ours.seconds.duration), \(ours.processor.duration) of CPU; kopf \(theirs.seconds.duration), "
                + "\(theirs.processor.duration): \(String(format: "%.1f× and %.1f×", theirs.seconds / ours.seconds, theirs.processor / ours.processor))",
            target: "≥ 10×"
        )
    }

    private func measure(
        _ command: [String],
        kind: String,
        isDone: (String) -> Bool
    ) throws -> (seconds: Double, processor: Double) {
        let path = kind == "kr" ? "{.status.create}" : "{.status.conditions[?(@.type==\"Synced\")].status}"
        let start = ContinuousClock.now
        let subject = try Subject(command)
        defer { subject.stop() }
        while true {
            let lines = try self.output(
                ["kubectl", "get", kind, "-o", "jsonpath={range .items[*]}\(path){\"\\n\"}{end}"]
            ).split(separator: "\n")
            if lines.count >= self.count, lines.allSatisfy({ isDone(String($0)) }) {
                return (start.duration(to: .now).seconds, subject.processorSeconds)
            }
            guard start.duration(to: .now) < .seconds(300) else {
                throw LoopbackConnection.Broken(description: "\(command[0]) is not done in 5 minutes")
            }
            usleep(200_000)
        }
    }

    private func apply(_ documents: [String]) throws {
        let file = self.scratch.appending(path: "objects.yaml")
        try Data(documents.joined(separator: "\n---\n").utf8).write(to: file)
        try self.kubectl("create", "-f", file.path())
    }

    private func kubectl(_ arguments: String...) throws { _ = try self.output(["kubectl"] + arguments) }

    private func output(_ arguments: [String]) throws -> String {
        let file = self.scratch.appending(path: "output.txt")
        let subject = try Subject(arguments, output: file)
        guard subject.wait() == 0 else {
            throw LoopbackConnection.Broken(description: "\(arguments.joined(separator: " ")) failed")
        }
        return try String(contentsOf: file, encoding: .utf8)
    }

    private static let peer = [
        """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: bench}
        spec: {embedded: {}}
        """,
        """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerApp
        metadata: {name: bench-cars}
        spec: {bigPeerRef: {name: bench}, appName: cars, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
        """,
    ]

    private static func replication(_ number: Int, kind: String, name: String) -> String {
        """
        apiVersion: \(kind == "KopfReplication" ? "bench.peerage.dev/v1" : "peerage.dev/v1alpha1")
        kind: \(kind)
        metadata: {name: \(name)-\(number)}
        spec: {bigPeerRef: {name: bench}, app: cars, queriesByCollection: {cars: ["owner = \(number)"]}}
        """
    }
}
