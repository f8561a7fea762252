import Documents
import FoundationEssentials
import GRDB
import JSON
import Testing

@testable import DocumentStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("AppStore durability", .serialized, .timeLimit(.minutes(10)))
struct StoreDurabilityTests {
    /// Writes and applies until killed, and notes on a file every answer that it got.
    static func writeUntilKilled(folder: String, afterAnswers limit: Int) async throws {
        let store = try AppStore(path: "\(folder)/app.sqlite", peer: PeerID(rawValue: 1))
        let log = open("\(folder)/answers", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let counter = AnswerCounter(limit: limit)
        Self.note("g \(store.guid)", on: log)
        await withTaskGroup { group in
            for writer in 0..<8 {
                group.addTask {
                    for round in 0... {
                        let name = "w\(writer)-\(round)"
                        let content: JSONValue = ["_id": .string(name), "n": .integer(Int64(round))]
                        guard let edit = try? LocalEdit.insert(content), let result = try? await store.write([edit])
                        else { return }
                        Self.note("+ \(name) \(result.usn)", on: log)
                        await counter.count()
                        guard round % 3 == 2, let id = try? DocumentID(.string(name)),
                            let gone = try? await store.write([LocalEdit("cars", .delete(id))])
                        else { continue }
                        Self.note("- \(name) \(gone.usn)", on: log)
                        await counter.count()
                    }
                }
            }
            group.addTask {
                for round in 1... {
                    let version = try? DocumentVersion(
                        inserting: DocumentContent(["_id": .string("r\(round)")]),
                        at: Stamp(time: HybridTime(milliseconds: UInt64(round)), peer: PeerID(rawValue: 9))
                    )
                    guard let version else { return }
                    let checkpoint = Checkpoint(
                        peer: "p",
                        collection: "cars",
                        guid: "g",
                        usn: UInt64(round),
                        digest: ""
                    )
                    guard
                        (try? await store.apply(RemoteBatch("cars", from: "g", [version]), checkpoint: checkpoint))
                            != nil
                    else { return }
                    Self.note("r \(round) \(store.visibleUSN)", on: log)
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

    @Test("a full disk refuses what does not fit, loses nothing, and is over when there is room again")
    func fullDisk() async throws {
        let folder = try TestFolder()
        let store = try folder.open()
        let pad = JSONValue.string(String(repeating: "x", count: 5_000))
        _ = try await store.write([.insert(["_id": "first", "pad": pad])])
        // SQLite answers SQLITE_FULL at its own limit as it does at the disk's.
        func limit(_ pages: Int) async throws {
            try await store.database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        try await limit(40)
        var taken = 0
        var refusal: (any Error)?
        while refusal == nil, taken < 200 {
            do {
                _ = try await store.write([.insert(["_id": .string("\(taken)"), "pad": pad])])
                taken += 1
            } catch {
                refusal = error
            }
        }
        guard case .failed(_, let detail)? = refusal as? StoreError else {
            Issue.record("no refusal, but \(String(describing: refusal))")
            return
        }
        #expect(detail.hasPrefix("the disk is full"))
        #expect(taken > 0)
        #expect(try await store.log().count == taken + 1)
        try await limit(1_000_000)
        _ = try await store.write([.insert(["_id": .string("\(taken)"), "pad": pad])])
        #expect(store.durableUSN == UInt64(taken) + 2)
        try await store.close()
        let again = try folder.open()
        #expect(try await again.log().map(\.usn) == Array(1...UInt64(taken) + 2))
        try await again.close()
    }

    @Test(
        "kill -9 loses nothing that was answered, and no checkpoint is ahead of its rows",
        arguments: [1, 9, 80, 600]
    )
    func killed(answers: Int) async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, answers = answers as Int] in
            try await StoreDurabilityTests.writeUntilKilled(folder: path, afterAnswers: answers)
        }
        var expected: Set<String> = []
        var deleted: Set<String> = []
        var (lastUSN, lastRow) = (0, 0)
        var guid = ""
        for line in try String(contentsOf: URL(filePath: "\(path)/answers"), encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            switch parts.first {
            case "g": guid = parts[1]
            case "+": expected.insert("\"\(parts[1])\"")
            case "-": deleted.insert("\"\(parts[1])\"")
            default: lastRow = max(lastRow, try #require(Int(parts[1])))
            }
            if parts.count == 3 { lastUSN = max(lastUSN, try #require(Int(parts[2]))) }
        }
        let store = try folder.open()
        #expect(store.guid == guid)
        #expect(store.visibleUSN >= UInt64(lastUSN))
        let log = try await store.log(ChangeQuery())
        let alive = Set(log.filter { $0.body != nil }.map(\.id.description))
        #expect(alive.isDisjoint(with: deleted))
        // A deletion may have happened without its answer: then its document is the third of some writer.
        let missing = expected.subtracting(deleted).subtracting(alive)
        #expect(missing.allSatisfy { (Int($0.dropLast().split(separator: "-").last ?? "") ?? 0) % 3 == 2 })
        #expect(missing.count <= 8)
        // A kill, unlike a loss of power, loses nothing that was visible either.
        let checkpoint = try await store.checkpoint(peer: "p", collection: "cars")
        let rows = UInt64(log.filter { $0.id.description.hasPrefix("\"r") }.count)
        #expect((checkpoint?.usn ?? 0) == rows)
        #expect(rows >= UInt64(lastRow))
        #expect(try await store.write([.insert(["_id": "after"])]).usn > UInt64(lastUSN))
        try await store.close()
    }
}
