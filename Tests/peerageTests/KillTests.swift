import ChildProcess
import Foundation
import Testing

/// `peerage run` as a process of its own, killed as a power cut would.
@Suite("peerage run, killed")
struct KillTests {
    /// The binary beside the test bundle.
    private static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "peerage").path()

    private static func run(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(Self.binary, arguments, messages: .dropped)
    }

    private static func manifests(_ count: Int) -> String {
        let head = """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeer
            metadata: {name: bp1}
            spec: {embedded: {}}
            ---
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerApp
            metadata: {name: cars}
            spec: {bigPeerRef: {name: bp1}, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
            """
        let replications = (0..<count).map { number in
            """
            ---
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerReplication
            metadata: {name: r\(number)}
            spec: {bigPeerRef: {name: bp1}, app: cars, queriesByCollection: {cars: ["owner = \(number)"]}}
            """
        }
        return ([head] + replications).joined(separator: "\n")
    }

    @Test("kill -9 at any moment, and the next start converges", arguments: [0, 1, 5, 20, 45, 80])
    func killed(readySoFar: Int) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "peerage-kill-\(UUID())")
        let folder = root.appending(path: "manifests")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        try Data(Self.manifests(50).utf8).write(to: folder.appending(path: "all.yaml"))
        let data = root.appending(path: "data").path()

        // The lines that a person sees are the moments: after so many of them the process is gone.
        let process = try Self.run(
            ["run", "--manifests", folder.path(), "--data", data, "--listen", "127.0.0.1:0"]
        )
        var seen: [UInt8] = []
        while seen.count(where: { $0 == UInt8(ascii: "\n") }) <= readySoFar {
            let more = process.next()
            if more.isEmpty { break }
            seen += more
            if String(decoding: seen, as: UTF8.self).contains("Everything is as declared") { break }
        }
        process.send(SIGKILL)
        process.wait()

        let again = try Self.run(
            ["run", "--once", "--timeout", "90s", "--manifests", folder.path(), "--data", data]
        )
        _ = again.rest()
        #expect(again.wait() == 0, "after \(readySoFar) lines")
    }

    @Test("--once says no when something cannot be settled, and exits with 1")
    func onceUnsettled() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "peerage-once-\(UUID())")
        let folder = root.appending(path: "manifests")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let manifest = """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeer
            metadata: {name: dead}
            spec: {endpoint: {url: "http://127.0.0.1:9"}}
            """
        try Data(manifest.utf8).write(to: folder.appending(path: "dead.yaml"))
        let process = try Self.run(
            [
                "run", "--once", "--timeout", "1s", "--manifests", folder.path(),
                "--data", root.appending(path: "data").path(),
            ]
        )
        _ = process.rest()
        #expect(process.wait() == 1)
    }
}
