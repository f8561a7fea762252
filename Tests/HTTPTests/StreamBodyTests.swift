import Synchronization
import Testing

@testable import HTTP

@Suite("StreamBody")
struct StreamBodyTests {
    private let broken = HTTPError(.connectionLost, endpoint: "GET http://a", mayHaveReachedServer: true)

    private func offer(_ bytes: [UInt8], to body: StreamBody) -> Bool {
        bytes.withUnsafeBytes { body.offer($0) }
    }

    @Test("everything that has arrived is taken at once")
    func takesAll() async throws {
        let body = StreamBody(capacity: 100) {}
        #expect(self.offer([1, 2], to: body))
        #expect(self.offer([3], to: body))
        #expect(try await body.next().get() == [1, 2, 3])
    }

    @Test("a piece beyond the capacity is not taken, and room is announced once")
    func full() async throws {
        let rooms = Mutex(0)
        let box = Box(rooms)
        let body = StreamBody(capacity: 2) { box.value.withLock { $0 += 1 } }
        #expect(self.offer([1], to: body))
        #expect(self.offer([2, 3], to: body))
        #expect(!self.offer([4], to: body))
        #expect(!self.offer([4], to: body))
        #expect(try await body.next().get() == [1, 2, 3])
        #expect(box.value.withLock { $0 } == 1)
        #expect(self.offer([4], to: body))
        #expect(try await body.next().get() == [4])
        #expect(box.value.withLock { $0 } == 1)
    }

    @Test("an error is thrown after what came before it, and again afterwards")
    func failure() async throws {
        let body = StreamBody(capacity: 9) {}
        #expect(self.offer([1], to: body))
        body.finish(.failure(self.broken))
        body.finish(.success(()))
        #expect(try await body.next().get() == [1])
        #expect(await body.next() == .failure(self.broken))
        #expect(await body.next() == .failure(self.broken))
    }

    @Test("a discarding end drops what is there")
    func discarding() async throws {
        let body = StreamBody(capacity: 9) {}
        #expect(self.offer([1], to: body))
        body.finish(.failure(self.broken), discarding: true)
        #expect(await body.next() == .failure(self.broken))
        #expect(self.offer([1], to: body))
    }

    @Test("all who wait hear of the end")
    func manyWaiters() async throws {
        let body = StreamBody(capacity: 9) {}
        let ends = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 { group.addTask { await body.next() == .success(nil) } }
            group.addTask {
                body.finish(.success(()))
                return true
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(ends == 11)
    }

    /// Lets closures share what cannot be copied.
    private final class Box: Sendable {
        let value: Mutex<Int>

        init(_ value: consuming Mutex<Int>) {
            self.value = value
        }
    }
}
