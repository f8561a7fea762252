import Clocks
import PeerModel
import Planning
import Resources
import Testing

/// Sieve's oracle: run a workload undisturbed, run it again with one fault, compare the ends (OSDI'22, §4).
@Suite("One fault at any step")
struct FaultTests {
    /// What a user does, from one resting point to the next.
    enum Act: CaseIterable {
        case create, change, drift, adoptDifferent, delete

        /// Brings a world to where the act begins, and begins it.
        func begin() -> SimulatedWorld {
            var world = SimulatedWorld()
            switch self {
            case .create: break
            case .adoptDifferent:
                world.policy.adoption = .adopt
                world.remote[SimulatedWorld.id] = SimulatedWorld.replication(["other:1"], [:])
            case .change, .drift, .delete:
                world.settle()
                world.now = world.now + .seconds(120)
                if self == .change { world.desired = SimulatedWorld.replication(["10.0.0.9:4040"], ["cars": ["true"]]) }
                if self == .drift { world.remote[SimulatedWorld.id] = SimulatedWorld.replication([], [:]) }
                if self == .delete { world.isBeingDeleted = true }
            }
            world.writes = []
            return world
        }
    }

    private static func undisturbed(_ act: Act) -> SimulatedWorld {
        var world = act.begin()
        world.settle()
        return world
    }

    /// Each fault may repeat one idempotent write, and no fault may repeat a create.
    private static func expectSameEnd(
        _ world: SimulatedWorld,
        _ clean: SimulatedWorld,
        _ note: Comment,
        faults: Int = 1
    ) {
        #expect(world.remote == clean.remote, note)
        #expect(world.hasFinalizer == clean.hasFinalizer, note)
        #expect(world.record?.id == clean.record?.id, note)
        #expect(world.lastOutcome?.standing == clean.lastOutcome?.standing, note)
        let creates = world.writes.count { if case .create = $0 { true } else { false } }
        let cleanCreates = clean.writes.count { if case .create = $0 { true } else { false } }
        #expect(creates == cleanCreates, "\(note): created \(creates) times")
        #expect(abs(world.writes.count - clean.writes.count) <= faults, note)
    }

    @Test("F1: a process killed after any single step ends where the undisturbed one does", arguments: Act.allCases)
    func killed(act: Act) {
        let clean = Self.undisturbed(act)
        for step in 0..<20 {
            var world = act.begin()
            if world.run(stopAfter: step) { break }
            // The process comes back a second later and knows only what was stored.
            world.now = world.now + .seconds(1)
            world.settle()
            Self.expectSameEnd(world, clean, "\(act), killed after step \(step)")
        }
    }

    @Test("F1: two kills at any two steps end there as well", arguments: Act.allCases)
    func killedTwice(act: Act) {
        let clean = Self.undisturbed(act)
        for first in 0..<8 {
            for second in 0..<8 {
                var world = act.begin()
                world.run(stopAfter: first)
                world.now = world.now + .seconds(1)
                world.run(stopAfter: second)
                world.now = world.now + .seconds(1)
                world.settle()
                Self.expectSameEnd(world, clean, "\(act), killed after steps \(first) and \(second)", faults: 2)
            }
        }
    }

    @Test(
        "F2: a run that starts from what an earlier one recorded goes on as if it had made it",
        arguments: [0, 5, 40]
    )
    func resumed(seconds: Int) {
        let attempt = RemoteRecord.Attempt(
            digest: SimulatedWorld.desired.digest,
            until: SimulatedWorld.start + SimulatedWorld.timeout + RemoteLine.ambiguityGrace
        )
        for provenance in [RemoteRecord.Provenance.creating(attempt), .created(at: SimulatedWorld.start)] {
            for isThere in [false, true] {
                var world = SimulatedWorld()
                world.hasFinalizer = true
                world.record = RemoteRecord(id: SimulatedWorld.id, url: "http://127.0.0.1:8080", provenance: provenance)
                if isThere { world.remote[SimulatedWorld.id] = SimulatedWorld.desired }
                world.now = world.now + .seconds(seconds)
                world.settle()
                #expect(world.remote == [SimulatedWorld.id: SimulatedWorld.desired])
                #expect(world.lastOutcome?.standing == .synced)
                #expect(world.writes.count == (isThere ? 0 : 1))
            }
        }
    }

    @Test("any one fault of any request leads to the same end", arguments: Act.allCases)
    func oneFault(act: Act) {
        let clean = Self.undisturbed(act)
        for fault in [SimulatedWorld.Fault.answerLost, .landsLate, .unreachable, .serverError, .webPage] {
            for position in 0..<6 {
                var world = act.begin()
                world.faults = Array(repeating: .none, count: position) + [fault]
                world.settle()
                Self.expectSameEnd(world, clean, "\(act), \(fault) at request \(position)")
            }
        }
    }

    @Test("F18: a walk through any specs ends where a straight way to the last one does", arguments: 0..<50)
    func walk(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let specs = [
            SimulatedWorld.desired, SimulatedWorld.replication([], [:]),
            SimulatedWorld.replication(["a:1", "b:2"], ["cars": ["true"]]),
            SimulatedWorld.replication([], ["drivers": ["age > 3", "true"]]),
        ]
        var world = SimulatedWorld()
        for _ in 0..<12 {
            world.desired = specs[Int(random.next() % UInt64(specs.count))]
            world.isSettled = false
            world.policy.isSuspended = random.next() % 4 == 0
            world.appExists = random.next() % 4 != 0
            world.policy.management = random.next() % 4 == 0 ? .observe : .full
            if random.next() % 3 == 0 { world.faults = [.unreachable] }
            if random.next() % 3 == 0 {
                world.run(stopAfter: Int(random.next() % 5))
            } else {
                world.settle()
            }
            world.now = world.now + .seconds(Int(random.next() % 100))
        }
        world.policy = SyncPolicy()
        world.appExists = true
        world.faults = []
        world.desired = SimulatedWorld.desired
        world.now = world.now + .seconds(31)
        world.settle()
        #expect(world.remote == [SimulatedWorld.id: SimulatedWorld.desired])
        #expect(world.lastOutcome?.standing == .synced)
        #expect(world.hasFinalizer)
    }
}
