import FoundationEssentials
import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import SQLiteStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("SQLiteStore durability", .serialized, .timeLimit(.minutes(10)))
struct StoreDurabilityTests {
    /// Writes until killed, and notes on a file every answer that it got.
    static func writeUntilKilled(folder: String, afterAnswers limit: Int) async throws {
        let store = try SQLiteStore(folder: folder) { "2026-01-02T00:00:00Z" }
        let log = open("\(folder)/answers", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let counter = AnswerCounter(limit: limit)
        await withTaskGroup { group in
            for writer in 0..<16 {
                group.addTask {
                    for round in 0... {
                        let name = "w\(writer)-\(round)"
                        guard let object = try? await store.create(.widget, .widget(name)) else { return }
                        Self.note("+\(name) \(object.metadata.resourceVersion)", on: log)
                        await counter.count()
                        guard round % 3 == 2, (try? await store.delete(.widget, name)) != nil else { continue }
                        Self.note("-\(name) \(store.currentResourceVersion)", on: log)
                        await counter.count()
                    }
                }
            }
        }
    }

    private static func note(_ line: String, on file: CInt) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }

    /// Kills the process, as `kill -9` does, at the last answer.
    actor AnswerCounter {
        private var left: Int

        init(limit: Int) { self.left = limit }

        func count() {
            self.left -= 1
            if self.left <= 0 { kill(getpid(), SIGKILL) }
        }
    }

    @Test("kill -9 loses nothing that was answered", arguments: [1, 7, 50, 333, 1_000])
    func killed(answers: Int) async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, answers = answers as Int] in
            try await StoreDurabilityTests.writeUntilKilled(folder: path, afterAnswers: answers)
        }
        let text = try String(contentsOf: URL(filePath: "\(path)/answers"), encoding: .utf8)
        var expected: Set<String> = []
        var deleted: Set<String> = []
        var lastVersion: Int64 = 0
        for line in text.split(separator: "\n") {
            let parts = line.dropFirst().split(separator: " ").map(String.init)
            let name = try #require(parts.first)
            lastVersion = max(lastVersion, try #require(Int64(parts[1])))
            if line.hasPrefix("+") { expected.insert(name) } else { deleted.insert(name) }
        }
        let store = try folder.open()
        let there = Set(try await store.list(.widget, namespace: nil).objects.map(\.metadata.name))
        #expect(there.isDisjoint(with: deleted))
        // A deletion may have happened without its answer: then its object is the third of some writer.
        let missing = expected.subtracting(deleted).subtracting(there)
        #expect(missing.allSatisfy { (Int($0.split(separator: "-").last ?? "") ?? 0) % 3 == 2 })
        #expect(missing.count <= 16)
        #expect(try #require(Int64(store.currentResourceVersion)) >= lastVersion)
        let created = try await store.create(.widget, .widget("after"))
        #expect(try #require(Int64(created.metadata.resourceVersion)) > lastVersion)
    }
}
