import JSON
import KubernetesModel
import Testing

@testable import SQLiteStore

@Suite("WatchBoard")
struct WatchBoardTests {
    /// A board that can be changed inside an expectation.
    private final class Board {
        private var board: WatchBoard<String>

        init(lastChanges: [String: Int64], limits: ChangeLog.Limits) {
            self.board = WatchBoard(lastChanges: lastChanges, limits: limits)
        }

        func open(_ kind: String, namespace: String?, after version: Int64) throws(APIStatus) -> UInt64 {
            try self.board.open(kind, namespace: namespace, after: version)
        }
        func announce(_ changes: [Change]) -> [String] { self.board.announce(changes) }
        func step(_ id: UInt64, limit: Int) -> WatchBoard<String>.Step { self.board.step(id, limit: limit) }
        func sleep(_ id: UInt64, _ waiter: String) -> Bool { self.board.sleep(id, waiter) }
        func interrupt(_ id: UInt64) -> String? { self.board.interrupt(id) }
        func resume(_ id: UInt64) { self.board.resume(id) }
        func close(_ id: UInt64) -> String? { self.board.close(id) }
    }

    private static let limits = ChangeLog.Limits(changes: 3, bytes: 1 << 20)

    private func change(_ version: Int64, _ kind: String = "widgets", in namespace: String = "default") -> Change {
        Change(version: version, sort: .modified, kind: kind, namespace: namespace, body: [])
    }

    private func versions(_ step: WatchBoard<String>.Step) -> [Int64]? {
        if case .deliver(let changes) = step { changes.map(\.version) } else { nil }
    }

    @Test("a sleeping reader is woken by a change of its kind and reads it once")
    func wake() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        let id = try board.open("widgets", namespace: nil, after: 0)
        #expect(board.sleep(id, "reader"))
        #expect(board.announce([self.change(1, "gadgets")]).isEmpty)
        #expect(board.announce([self.change(2), self.change(3)]) == ["reader"])
        #expect(self.versions(board.step(id, limit: 10)) == [2, 3])
        #expect(board.sleep(id, "reader"))
    }

    @Test("a reader does not fall asleep over a change that it has not read")
    func noLostWakeup() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        let id = try board.open("widgets", namespace: nil, after: 0)
        #expect(board.announce([self.change(1)]).isEmpty)
        #expect(!board.sleep(id, "reader"))
        #expect(self.versions(board.step(id, limit: 10)) == [1])
    }

    @Test("what happens in other namespaces never leaves a sleeping reader behind")
    func otherNamespaces() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        let id = try board.open("widgets", namespace: "a", after: 0)
        #expect(board.sleep(id, "reader"))
        for version in Int64(1)...10 { #expect(board.announce([self.change(version, in: "b")]).isEmpty) }
        #expect(board.announce([self.change(11, in: "b"), self.change(12, in: "a")]) == ["reader"])
        #expect(self.versions(board.step(id, limit: 10)) == [12])
    }

    @Test("a reader that falls behind the log has to list again")
    func lag() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        let id = try board.open("widgets", namespace: nil, after: 0)
        for version in Int64(1)...4 { _ = board.announce([self.change(version)]) }
        guard case .fail(let status) = board.step(id, limit: 10) else {
            Issue.record("not failed")
            return
        }
        #expect(status.reason == .expired)
        #expect(status.message == "too old resource version: 0 (1)")
    }

    @Test("one kind's changes do not push out another kind's")
    func kindsApart() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        _ = board.announce([self.change(1)])
        for version in Int64(2)...9 { _ = board.announce([self.change(version, "events")]) }
        let id = try board.open("widgets", namespace: nil, after: 0)
        #expect(self.versions(board.step(id, limit: 10)) == [1])
        #expect(throws: APIStatus.expired(5, oldest: 6)) { try board.open("events", namespace: nil, after: 5) }
    }

    @Test("after a restart a kind can be followed from its last change on")
    func restart() throws {
        let board = Board(lastChanges: ["widgets": 5, "gadgets": 9], limits: Self.limits)
        _ = try board.open("widgets", namespace: nil, after: 5)
        _ = try board.open("widgets", namespace: nil, after: 9)
        _ = try board.open("never-seen", namespace: nil, after: 1)
        #expect(throws: APIStatus.expired(4, oldest: 5)) { try board.open("widgets", namespace: nil, after: 4) }
    }

    @Test("the log is bounded in bytes, too")
    func bytes() {
        var log = ChangeLog(lastChange: 0, limits: ChangeLog.Limits(changes: 1_000, bytes: 10_000))
        for version in Int64(1)...100 {
            log.append(
                Change(
                    version: version,
                    sort: .added,
                    kind: "widgets",
                    namespace: "",
                    body: [UInt8](repeating: 0, count: 2_000 - 128)
                )
            )
        }
        #expect(log.forgottenThrough == 95)
        #expect(log.lastVersion == 100)
    }

    @Test("a long history comes in portions")
    func portions() throws {
        let board = Board(lastChanges: [:], limits: ChangeLog.Limits(changes: 100, bytes: 1 << 20))
        let id = try board.open("widgets", namespace: nil, after: 0)
        _ = board.announce((1...5).map { self.change($0) })
        #expect(self.versions(board.step(id, limit: 2)) == [1, 2])
        #expect(!board.sleep(id, "reader"))
        #expect(self.versions(board.step(id, limit: 2)) == [3, 4])
        #expect(self.versions(board.step(id, limit: 2)) == [5])
    }

    @Test("closing wakes the reader, who then sees the end")
    func close() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        let id = try board.open("widgets", namespace: nil, after: 0)
        #expect(board.sleep(id, "reader"))
        #expect(board.close(id) == "reader")
        guard case .end = board.step(id, limit: 1) else {
            Issue.record("not ended")
            return
        }
        #expect(!board.sleep(id, "reader"))
    }

    @Test("a reader whose task is cancelled is woken, or does not fall asleep, and can come again")
    func interrupt() throws {
        let board = Board(lastChanges: [:], limits: Self.limits)
        let id = try board.open("widgets", namespace: nil, after: 0)
        #expect(board.sleep(id, "first"))
        #expect(board.interrupt(id) == "first")
        board.resume(id)
        #expect(board.interrupt(id) == nil)
        #expect(!board.sleep(id, "second"))
        board.resume(id)
        #expect(board.sleep(id, "third"))
    }

    @Test("two readers of one watch are told so instead of losing one")
    func twoReaders() throws {
        let board = Board(lastChanges: ["widgets": 1], limits: Self.limits)
        let id = try board.open("widgets", namespace: nil, after: 1)
        #expect(board.sleep(id, "first"))
        guard case .fail(let status) = board.step(id, limit: 1) else {
            Issue.record("not failed")
            return
        }
        #expect(status.reason == .internalError)
    }
}
