import Clocks
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("A creation whose answer is not known")
struct UnknownCreationTests {
    @Test("F13: a request that lands after its whole timeout is not sent a second time")
    func late() {
        var world = SimulatedWorld()
        world.faults = [.none, .landsLate]
        world.run()
        #expect(world.writes.isEmpty)
        let arrival = world.now + SimulatedWorld.lateness
        while world.now < arrival {
            world.run()
            #expect(world.writes.isEmpty, "a second POST while the first is on its way")
            world.now = world.now + .seconds(1)
        }
        world.settle()
        #expect(world.writes == [.create(SimulatedWorld.id, SimulatedWorld.desired)])
        #expect(world.notices.map(\.reason) == [.created])
    }

    @Test("a process that is killed while it waits for the answer leaves the whole wait and the grace behind")
    func killed() {
        var world = SimulatedWorld()
        world.run(stopAfter: 3)
        let recorded = world.now
        while world.now < recorded + SimulatedWorld.timeout + RemoteLine.ambiguityGrace - .seconds(1) {
            world.run()
            #expect(world.writes.isEmpty)
            world.now = world.now + .seconds(1)
        }
        world.settle()
        #expect(world.writes.count == 1)
    }

    @Test("a deletion waits for a creation that may still land", arguments: [SimulatedWorld.Fault.landsLate])
    func deletion(fault: SimulatedWorld.Fault) {
        var world = SimulatedWorld()
        world.faults = [.none, fault]
        world.run()
        world.isBeingDeleted = true
        world.run()
        #expect(world.hasFinalizer, "the request is still on its way")
        world.settle()
        #expect(world.remote.isEmpty)
        #expect(!world.hasFinalizer)
        #expect(world.writes.count == 2)
    }

    @Test(
        "what somebody else made in the meantime is treated as adoptionPolicy says",
        arguments: AdoptionPolicy.allCases,
        [SimulatedWorld.Fault.none, .answerLost]
    )
    func meanwhile(policy: AdoptionPolicy, fault: SimulatedWorld.Fault) {
        var world = SimulatedWorld()
        world.policy.adoption = policy
        if fault == .none {
            // Killed after the record, before the POST.
            world.run(stopAfter: 3)
            world.remote[SimulatedWorld.id] = SimulatedWorld.foreign
        } else {
            // The POST meets the other's object, and the answer that says so is lost.
            world.onCreate = SimulatedWorld.foreign
            world.faults = [.none, .answerLost]
            world.run()
        }
        world.settle()
        let isTaken = policy == .adopt
        #expect(world.remote[SimulatedWorld.id] == (isTaken ? SimulatedWorld.desired : SimulatedWorld.foreign))
        #expect((world.lastOutcome?.standing == .synced) == isTaken)
        #expect(world.record?.provenance == (isTaken ? .adopted : nil))
        guard !isTaken else { return }
        world.isBeingDeleted = true
        world.settle()
        #expect(!world.hasFinalizer)
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.foreign, "what was refused is not deleted")
    }

    @Test("what was sent is ours, also when the spec has changed since, and under any policy")
    func ownAfterChange() {
        for stop in 0..<12 {
            var world = SimulatedWorld()
            world.policy.adoption = .fail
            world.faults = [.none, .answerLost]
            world.run()
            world.desired = SimulatedWorld.replication(["10.0.0.9:4040"], [:])
            world.run(stopAfter: stop)
            world.settle()
            #expect(world.lastOutcome?.standing == .synced, "stopped after \(stop)")
            #expect(world.remote[SimulatedWorld.id] == world.desired)
            guard case .created = world.record?.provenance else {
                Issue.record("\(String(describing: world.record))")
                return
            }
        }
    }

    @Test("a deletion leaves what somebody else made in the meantime")
    func foreignDeletion() {
        var world = SimulatedWorld()
        world.run(stopAfter: 3)
        world.remote[SimulatedWorld.id] = SimulatedWorld.foreign
        world.isBeingDeleted = true
        world.settle()
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.foreign)
        #expect(!world.hasFinalizer)
        #expect(world.notices.map(\.reason) == [.orphaned])
    }

    @Test("a creation that only a read confirms is told as one, and an update as an update")
    func confirmed() {
        for (record, reason) in [
            (nil, Reason.created),
            (
                RemoteRecord(
                    id: SimulatedWorld.id,
                    url: "http://127.0.0.1:8080",
                    provenance: .created(at: SimulatedWorld.start)
                ), .updated
            ),
        ] {
            var world = SimulatedWorld()
            world.record = record
            if record != nil { world.remote[SimulatedWorld.id] = SimulatedWorld.foreign }
            world.saysNothingOfWrites = true
            world.settle()
            #expect(world.lastOutcome?.standing == .synced)
            #expect(world.notices.map(\.reason) == [reason])
        }
    }

    @Test("equal objects have one digest and others have others, in every process")
    func digest() {
        let queries = Dictionary(uniqueKeysWithValues: (0..<20).map { ("c\($0)", ["true", "age > \($0)"]) })
        let one = SimulatedWorld.replication(["a:1", "b:2"], queries)
        #expect(one.digest == SimulatedWorld.replication(["b:2", "a:1", "a:1"], queries).digest)
        #expect(one.digest != SimulatedWorld.replication(["a:1"], queries).digest)
        // Computed apart from the code: FNV-1a, 64 bits, of `app {"appId":"x","name":"cars"}`.
        #expect(PeerObject.app(PeerApp(name: "cars", appID: "X")).digest == "46ef944939b84b7e")
    }

    @Test("a record reads back from a status as it was written")
    func entry() throws {
        for provenance in [
            RemoteRecord.Provenance.adopted, .created(at: SimulatedWorld.start),
            .creating(RemoteRecord.Attempt(digest: "af", until: SimulatedWorld.start + .microseconds(5))),
        ] {
            let record = RemoteRecord(id: SimulatedWorld.id, url: "http://h", provenance: provenance)
            let entry = try #require(
                RemoteEntry(RemoteEntry(record, by: ObjectKey(namespace: "fleet", name: "berlin")).json)
            )
            #expect(RemoteRecord(entry) == record)
        }
    }
}
