import Synchronization
import Testing

@testable import DocumentStore

@Suite("StoreFlusher", .timeLimit(.minutes(5)))
struct StoreFlusherTests {
    /// A flusher of a file, and the syncs that it asked for.
    private final class Bench: Sendable {
        let folder: TestFolder
        let published = StorePublished(
            keys: KeyTable(),
            directory: StorePublished.Directory(),
            usn: 0,
            purged: 0,
            recentBytes: 0
        )
        let syncs = Atomic(0)
        let fails = Atomic(false)

        init() throws { self.folder = try TestFolder() }

        func flusher() throws -> StoreFlusher {
            _ = try self.folder.open()
            return try StoreFlusher(log: self.folder.file, published: self.published) { _ in
                self.syncs.add(1, ordering: .relaxed)
                return !self.fails.load(ordering: .relaxed)
            }
        }

        var durable: UInt64 { self.published.durable.load(ordering: .acquiring) }
    }

    private typealias Answers = AsyncStream<Result<UInt64, StoreError>>

    @Test("what nobody waits for becomes durable all the same, many commits with one sync")
    func lazily() async throws {
        let bench = try Bench()
        let flusher = try bench.flusher()
        let (heard, hears) = AsyncStream.makeStream(of: UInt64.self)
        _ = flusher.follow { hears.yield($0) }
        for usn: UInt64 in 1...1_000 { flusher.flush(upTo: usn, []) }
        for await usn in heard where usn == 1_000 { break }
        #expect(bench.durable == 1_000)
        #expect(bench.syncs.load(ordering: .relaxed) < 1_000)
        // And once more, after a pause: a timer that has fired can be set again.
        flusher.flush(upTo: 1_001, [])
        flusher.flush(upTo: 1_002, [])
        for await usn in heard where usn == 1_002 { break }
    }

    @Test("who has nothing else to do syncs itself, and the answer is there when it returns")
    func alone() throws {
        let bench = try Bench()
        let flusher = try bench.flusher()
        let answered = Mutex<UInt64?>(nil)
        flusher.flush(upTo: 7, [{ result in answered.withLock { $0 = try? result.get() } }], isAlone: true)
        #expect(answered.withLock { $0 } == 7)
        #expect(bench.durable == 7)
    }

    @Test("after a sync has failed nothing is acknowledged any more, whoever waited for it", arguments: [true, false])
    func failure(isWaitedFor: Bool) async throws {
        let bench = try Bench()
        let flusher = try bench.flusher()
        let (answers, answer) = Answers.makeStream()
        bench.fails.store(true, ordering: .relaxed)
        flusher.flush(upTo: 1, isWaitedFor ? [{ answer.yield($0) }] : [], isAlone: isWaitedFor)
        while bench.syncs.load(ordering: .relaxed) == 0 { await Task.yield() }
        bench.fails.store(false, ordering: .relaxed)
        flusher.flush(upTo: 2, [{ answer.yield($0) }])
        var iterator = answers.makeAsyncIterator()
        for _ in 0..<(isWaitedFor ? 2 : 1) {
            let result = await iterator.next()
            #expect(throws: StoreError.self) { try result?.get() }
        }
        #expect(bench.durable == 0)
    }
}
