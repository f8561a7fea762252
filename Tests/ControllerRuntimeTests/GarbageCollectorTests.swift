import Clocks
import JSON
import KubernetesModel
import Logging
import ResourceStore
import Synchronization
import Testing

@testable import ControllerRuntime

@Suite("GarbageCollector", .timeLimit(.minutes(10)))
struct GarbageCollectorTests {
    private let store = MemoryStore()

    /// Stores an object whose owner has this name and uid.
    private func put(_ name: String, owner: String, uid: String) -> Object {
        var object = self.store.put(name)
        object.metadata.ownerReferences = [
            ["apiVersion": "v1", "kind": "ConfigMap", "name": .string(owner), "uid": .string(uid)]
        ]
        let owned = object
        self.store.state.withLock { $0.objects[owned.key] = owned }
        return owned
    }

    @Test("an owner of the same name with another uid is none, and only what was decided on is deleted")
    func anotherOwner() async {
        self.store.put("owner", uid: "new")
        let owned = self.put("owned", owner: "owner", uid: "old")
        let kept = self.put("kept", owner: "owner", uid: "new")
        let collector = GarbageCollector(
            store: self.store,
            kinds: [.configMap],
            time: ManualTime(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let run = Task { await collector.run() }
        while self.store.state.withLock(\.deletions.isEmpty) { await Task.yield() }
        run.cancel()
        await run.value
        let only = Preconditions(uid: owned.metadata.uid, resourceVersion: owned.metadata.resourceVersion)
        #expect(self.store.state.withLock(\.deletions) == [only])
        #expect(self.store.state.withLock { $0.objects[kept.key] } != nil)
    }
}
