import DQL
import JSON
import Logging
import PeerModel
import Synchronization
import TableReplication
import Testing

@testable import EmbeddedPeer

@Suite("Document shelf", .timeLimit(.minutes(10)))
struct DocumentShelfTests {
    private static let app = "2164bef3-37c0-489c-9ac6-c94b034525d7"

    /// Documents that close when a test lets them.
    private final class Gated: AppDocuments {
        let closing: AsyncStream<Void>
        private let isClosing: AsyncStream<Void>.Continuation
        private let gate: AsyncStream<Void>
        private let opensGate: AsyncStream<Void>.Continuation
        /// What it was asked to forget: how old, and up to which number.
        let purges: AsyncStream<(age: Duration, limit: UInt64)>
        private let purge: AsyncStream<(age: Duration, limit: UInt64)>.Continuation

        init() {
            (self.purges, self.purge) = AsyncStream.makeStream()
            (self.closing, self.isClosing) = AsyncStream.makeStream()
            (self.gate, self.opensGate) = AsyncStream.makeStream()
        }

        /// Lets the closing come to its end.
        func finishClosing() { self.opensGate.finish() }

        func close() async {
            self.isClosing.finish()
            for await _ in self.gate {}
        }

        var position: StorePosition { StorePosition(guid: "", durableUSN: 0, purgedUSN: 0) }

        func execute(_: String, arguments _: DQLArguments) async throws(StatementError) -> StatementAnswer {
            throw .failed("not here")
        }

        func whenDurable(_: @escaping @Sendable (UInt64) -> Void) {}

        func purgeTombstones(
            olderThan age: Duration,
            upTo limit: UInt64,
            _: @Sendable (UInt64) async -> Void
        ) async { self.purge.yield((age, limit)) }

        func loadCheckpoint(_: CheckpointKey) async throws(StoreFailure) -> ResumeResult {
            throw StoreFailure("not here")
        }

        func read(_: ReadRequest) async throws(StoreFailure) -> ReadResult { throw StoreFailure("not here") }

        func fetch(_: FetchRequest) async throws(StoreFailure) -> FetchResult { throw StoreFailure("not here") }

        func apply(_: ApplyRequest) async throws(StoreFailure) -> ApplyResult { throw StoreFailure("not here") }

        func edit(_: EditRequest, _ answer: @escaping @Sendable (EditResult) -> Void) { answer(.missing) }
    }

    /// What the shelf's owner has done.
    private final class Calls: Sendable {
        private let made = Mutex<[Gated]>([])
        private let deletions = Atomic(0)
        let hasApp = Atomic(true)

        /// The documents that were opened, in their order.
        var opened: [Gated] { self.made.withLock { $0 } }

        /// How many apps' documents were deleted.
        var deleted: Int { self.deletions.load(ordering: .relaxed) }

        func shelf() -> DocumentShelf {
            DocumentShelf(
                check: { _ throws(ShelfError) in
                    guard self.hasApp.load(ordering: .relaxed) else { throw .unknownApp }
                },
                opener: { _ throws(EmbeddedPeerError) in
                    let documents = Gated()
                    self.made.withLock { $0.append(documents) }
                    return documents
                },
                deleter: { _ throws(EmbeddedPeerError) in self.deletions.add(1, ordering: .relaxed) }
            )
        }
    }

    @Test("documents on their way out are not opened again until they are gone")
    func leaving() async throws {
        let calls = Calls()
        let shelf = calls.shelf()
        #expect(try shelf.documentsIfOpen(of: "a") == nil)
        _ = try await shelf.documents(of: "a")
        #expect(try shelf.documentsIfOpen(of: "a") != nil)
        let documents = try #require(calls.opened.first)
        async let removal: Void = shelf.remove("a")
        for await _ in documents.closing {}
        #expect(try shelf.documentsIfOpen(of: "a") == nil)
        await #expect(throws: ShelfError.leaving) { try await shelf.documents(of: "a") }
        _ = try await shelf.documents(of: "b")
        #expect(calls.deleted == 0)
        documents.finishClosing()
        try await removal
        #expect(calls.deleted == 1)
        // An app of the same id that was made anew.
        _ = try await shelf.documents(of: "a")
        #expect(calls.opened.count == 3)
    }

    @Test("once it closes, nothing is opened any more")
    func closed() async throws {
        let calls = Calls()
        let shelf = calls.shelf()
        _ = try await shelf.documents(of: "a")
        let documents = try #require(calls.opened.first)
        async let end: Void = shelf.closeAll()
        for await _ in documents.closing {}
        await #expect(throws: ShelfError.closed) { try await shelf.documents(of: "a") }
        documents.finishClosing()
        await end
        await #expect(throws: ShelfError.closed) { try await shelf.documents(of: "a") }
        #expect(calls.opened.count == 1)
    }

    @Test("documents of an app that is not there are not given out, open or not")
    func unknown() async throws {
        let calls = Calls()
        let shelf = calls.shelf()
        _ = try await shelf.documents(of: "a")
        calls.hasApp.store(false, ordering: .relaxed)
        await #expect(throws: ShelfError.unknownApp) { try await shelf.documents(of: "a") }
        #expect(throws: ShelfError.unknownApp) { try shelf.documentsIfOpen(of: "a") }
        await #expect(throws: ShelfError.unknownApp) { try await shelf.documents(of: "b") }
        #expect(calls.opened.count == 1)
    }

    @Test("an app that is gone, or whose documents are still being removed, is not used")
    func standing() async throws {
        let storage = PeerStorage(PeerState(), journal: .none, peerKey: "", counters: LiveCounters(), logger: .silent)
        #expect(throws: ShelfError.unknownApp) { try storage.requireApp(Self.app) }
        _ = try await storage.perform(.createApp(name: "cars", id: Self.app, authProviders: [:]))
        try storage.requireApp(Self.app)
        _ = try await storage.perform(.deleteApp(name: "cars"))
        #expect(throws: ShelfError.unknownApp) { try storage.requireApp(Self.app) }
        _ = try await storage.perform(.createApp(name: "vans", id: Self.app, authProviders: [:]))
        #expect(throws: ShelfError.leaving) { try storage.requireApp(Self.app) }
        try storage.forgetDeletedApp(Self.app)
        try storage.requireApp(Self.app)
    }

    @Test("documents that could not be opened are tried again, although nothing changes")
    func retry() async throws {
        let storage = PeerStorage(PeerState(), journal: .none, peerKey: "", counters: LiveCounters(), logger: .silent)
        _ = try await storage.perform(.createApp(name: "cars", id: Self.app, authProviders: [:]))
        let (attempts, attempt) = AsyncStream.makeStream(of: Int.self)
        let count = Atomic(0)
        let shelf = DocumentShelf(
            check: { (app) throws(ShelfError) in try storage.requireApp(app) },
            opener: { _ throws(EmbeddedPeerError) in
                let number = count.add(1, ordering: .relaxed).newValue
                attempt.yield(number)
                guard number > 2 else { throw .storageFailed(path: "app.sqlite", detail: "the disk is full") }
                let documents = Gated()
                documents.finishClosing()
                return documents
            },
            deleter: { _ in }
        )
        let service = ReplicationService(
            EmbeddedPeerConfiguration.Replication(listen: nil),
            storage: storage,
            shelf: shelf,
            logger: .silent,
            retryInterval: .milliseconds(1),
            onStatus: { _ in }
        )
        let task = Task { try await service.run() }
        for await number in attempts where number == 3 { break }
        task.cancel()
        _ = await task.result
        #expect(shelf.open.count == 1)
        #expect(count.load(ordering: .relaxed) == 3)
    }

    @Test("tombstones are forgotten when those who are connected have seen them, and much older ones in any case")
    func sweep() async throws {
        let storage = PeerStorage(PeerState(), journal: .none, peerKey: "", counters: LiveCounters(), logger: .silent)
        _ = try await storage.perform(.createApp(name: "cars", id: Self.app, authProviders: [:]))
        let documents = Gated()
        documents.finishClosing()
        let shelf = DocumentShelf(
            check: { _ in },
            opener: { _ throws(EmbeddedPeerError) in documents },
            deleter: { _ in }
        )
        var configuration = EmbeddedPeerConfiguration.Replication(listen: nil)
        // The shortest pause between two looks.
        configuration.tombstoneRetention = .seconds(10)
        let service = ReplicationService(
            configuration,
            storage: storage,
            shelf: shelf,
            logger: .silent,
            onStatus: { _ in }
        )
        let task = Task { try await service.run() }
        var purges = documents.purges.makeAsyncIterator()
        // Nobody is connected, who could need them.
        let (young, old) = (await purges.next(), await purges.next())
        #expect(young?.age == .seconds(10) && young?.limit == .max)
        #expect(old?.age == .seconds(20) && old?.limit == .max)
        task.cancel()
        _ = await task.result
    }

    @Test("a peer that has stopped has no documents open, and opens none")
    func stopped() async throws {
        let peer = try await withPeer { peer, curl in
            let made = try await curl("POST", "app", #"{"name":"cars","appId":"\#(Self.app)"}"#)
            #expect(made.status == 200)
            _ = try await peer.shelf.documents(of: Self.app)
            return peer
        }
        #expect(peer.shelf.open.isEmpty)
        await #expect(throws: ShelfError.closed) { try await peer.shelf.documents(of: Self.app) }
    }
}
