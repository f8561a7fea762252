import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import ControllerRuntime

@Suite("GarbageDecision")
struct GarbageDecisionTests {
    private typealias Owner = GarbageDecision.Owner

    private static func metadata(finalizers: [String] = [], isBeingDeleted: Bool = false) -> ObjectMeta {
        var metadata = ObjectMeta(name: "a", namespace: "ns")
        metadata.finalizers = finalizers
        metadata.deletionTimestamp = isBeingDeleted ? "2026-01-01T00:00:00Z" : nil
        return metadata
    }

    private static func dependent(_ name: String, blocks: Bool, isBeingDeleted: Bool = false)
        -> GarbageDecision.Dependent
    {
        let id = ObjectID(kind: .configMap, key: ObjectKey(namespace: "ns", name: name))
        return GarbageDecision.Dependent(id, blocks: blocks, isBeingDeleted: isBeingDeleted)
    }

    // k8s.io/kubernetes/pkg/controller/garbagecollector, attemptToDeleteItem.
    @Test(
        "an object follows the last of its owners and forgets the others",
        arguments: [
            ([:], .keep), (["1": .present], .keep), (["1": .absent], .delete(.background)),
            (["1": .absent, "2": .absent], .delete(.background)), (["1": .waiting], .delete(.foreground)),
            (["1": .absent, "2": .waiting], .delete(.foreground)),
            (["1": .present, "2": .absent], .forget(owners: ["2"])),
            (["1": .present, "2": .waiting, "3": .absent], .forget(owners: ["2", "3"])),
        ] as [([String: GarbageDecision.Owner], GarbageDecision)]
    )
    func owners(owners: [String: GarbageDecision.Owner], expected: GarbageDecision) {
        #expect(GarbageDecision.make(Self.metadata(), owners: owners, dependents: []) == expected)
        let leaving = Self.metadata(finalizers: ["x"], isBeingDeleted: true)
        #expect(GarbageDecision.make(leaving, owners: owners, dependents: []) == .keep)
    }

    @Test("in the foreground an object waits for those of its dependents that block it")
    func foreground() {
        let waiting = Self.metadata(finalizers: ["foregroundDeletion"], isBeingDeleted: true)
        let (free, held) = (Self.dependent("free", blocks: false), Self.dependent("held", blocks: true))
        let leaving = Self.dependent("leaving", blocks: true, isBeingDeleted: true)
        #expect(GarbageDecision.make(waiting, owners: [:], dependents: [free]) == .finish(.foreground))
        #expect(GarbageDecision.make(waiting, owners: [:], dependents: [free, held]) == .awaitDependents([held.id]))
        #expect(GarbageDecision.make(waiting, owners: [:], dependents: [leaving]) == .awaitDependents([]))
        let unasked = Self.metadata(finalizers: ["foregroundDeletion"])
        #expect(GarbageDecision.make(unasked, owners: [:], dependents: [held]) == .keep)
    }

    @Test("as orphans the dependents forget their owner before it goes")
    func orphan() {
        let waiting = Self.metadata(finalizers: ["orphan"], isBeingDeleted: true)
        let left = Self.dependent("left", blocks: true)
        #expect(GarbageDecision.make(waiting, owners: [:], dependents: [left]) == .orphanDependents([left.id]))
        #expect(GarbageDecision.make(waiting, owners: [:], dependents: []) == .finish(.orphan))
    }

    @Test("whoever owned or was owned by an object is looked at when it changes or goes")
    func index() {
        func object(_ name: String, owner: String?) -> Object {
            var object = Object(kind: .configMap, metadata: ObjectMeta(name: name, namespace: "ns"))
            object.metadata.uid = "uid-\(name)"
            if let owner {
                object.metadata.ownerReferences = [
                    ["apiVersion": "v1", "kind": "ConfigMap", "name": .string(owner), "uid": .string("uid-\(owner)")]
                ]
            }
            return object
        }
        func id(_ name: String) -> ObjectID {
            ObjectID(kind: .configMap, key: ObjectKey(namespace: "ns", name: name))
        }
        var index = OwnershipIndex()
        let kinds = [ResourceKind.configMap]
        #expect(index.take(object("owner", owner: nil), of: .configMap, among: kinds) == [])
        #expect(index.take(object("owned", owner: "owner"), of: .configMap, among: kinds) == [id("owned")])
        #expect(index.take(object("owned", owner: "owner"), of: .configMap, among: kinds) == [])
        #expect(index.remove(object("owner", owner: nil), of: .configMap, among: kinds) == [id("owned")])
        #expect(index.take(object("owned", owner: nil), of: .configMap, among: kinds) == [id("owner")])
        #expect(index.remove(object("owner", owner: nil), of: .configMap, among: kinds) == [])
        #expect(index.take(all: [object("owned", owner: "owner")], of: .configMap) == [id("owned")])
        #expect(index.remove(object("owned", owner: "owner"), of: .configMap, among: kinds) == [id("owner")])
    }
}
