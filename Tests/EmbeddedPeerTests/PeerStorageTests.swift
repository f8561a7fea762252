import JSON
import Logging
import PeerModel
import Synchronization
import Testing

@testable import EmbeddedPeer

@Suite("Peer storage")
struct PeerStorageTests {
    private struct DiskFull: Error {}

    /// A storage whose commits fail while the switch is on.
    private func storage(_ counters: LiveCounters, failing: Failing) -> PeerStorage {
        PeerStorage(
            PeerState(),
            journal: .custom { _ in if failing.isOn { throw DiskFull() } },
            peerKey: "",
            counters: counters,
            logger: .silent
        )
    }

    private final class Failing: Sendable {
        private let value = Atomic(false)
        var isOn: Bool {
            get { self.value.load(ordering: .relaxed) }
            set { self.value.store(newValue, ordering: .relaxed) }
        }
    }

    private func createApp(_ name: String) -> PeerCommand {
        .createApp(name: name, id: AppID.random(), authProviders: [:])
    }

    @Test("a change that cannot be stored has no effect, and the next one starts from what is stored")
    func failedCommit() async throws {
        let counters = LiveCounters()
        let failing = Failing()
        let storage = self.storage(counters, failing: failing)
        _ = try await storage.perform(self.createApp("cars"))
        failing.isOn = true
        await #expect(throws: PeerAPIError.notStored) { try await storage.perform(self.createApp("vans")) }
        await #expect(throws: PeerAPIError.notStored) { try await storage.perform(.deleteApp(name: "cars")) }
        #expect(storage.apps.map(\.name) == ["cars"])
        #expect(throws: PeerAPIError.appNotFound) { try storage.app("vans") }
        // A refusal needs no commit.
        await #expect(throws: PeerAPIError.appExists(name: "cars")) {
            try await storage.perform(self.createApp("cars"))
        }
        failing.isOn = false
        _ = try await storage.perform(self.createApp("vans"))
        #expect(storage.apps.map(\.name) == ["cars", "vans"])
        #expect(counters.snapshot == PeerCounters(requests: 0, writes: 2, commits: 2))
    }

    @Test("commands that come while a commit is under way share the next one")
    func groupCommit() async throws {
        try await withDirectory { directory in
            let counters = LiveCounters()
            let storage = try PeerStorage(.directory(directory), counters: counters, logger: .silent)
            defer { storage.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<500 {
                    group.addTask { _ = try await storage.perform(self.createApp("a\(index)")) }
                }
                try await group.waitForAll()
            }
            #expect(storage.apps.count == 500)
            #expect(counters.snapshot.writes == 500)
            #expect(counters.snapshot.commits < 500)
        }
    }

    @Test("a deleted app's id can be given to another")
    func freedID() throws {
        var state = PeerState()
        let id = AppID.random()
        state.perform(.putApp(name: "a", StoredApp(name: "a", id: id, authProviders: [:])))
        let create = PeerCommand.createApp(name: "b", id: id, authProviders: [:])
        #expect(throws: PeerAPIError.appIDNotUnique(holder: "a")) { try state.decide(create) }
        state.perform(.deleteApp(name: "a"))
        #expect(try state.decide(create).change != nil)
    }
}
