import Clocks
import JSON
import KubernetesModel
import Testing

@testable import ControllerRuntime

@Suite("ElectionState")
struct ElectionStateTests {
    private let wall = Timestamp(seconds: 1_795_219_200)
    private let key = ObjectKey(namespace: "peerage", name: "controller")

    private func member(_ identity: String = "me") -> ElectionState {
        ElectionState(key: self.key, identity: identity, timing: .standard, generator: SplitMix64(seed: 1))
    }

    private func lease(_ holder: String, version: String = "1", transitions: Int64 = 0) -> Object {
        var metadata = ObjectMeta(name: "controller", namespace: "peerage")
        metadata.resourceVersion = version
        return Object(kind: .lease, metadata: metadata).lease(
            holder: holder,
            seconds: 15,
            transitions: transitions,
            acquired: "2020-01-01T00:00:00.000000Z",
            renewed: "2020-01-01T00:00:00.000000Z"
        )
    }

    /// The Lease that a write sends.
    private func written(_ action: ElectionState.Action) throws -> Object {
        switch action {
        case .ask(.create(let lease), _), .ask(.update(let lease), _): return lease
        default:
            Issue.record("no write: \(action)")
            throw CancellationError()
        }
    }

    @Test(
        "F9, F22: however the network, the clocks and the processes behave, never do two lead at once, and one leads in the end",
        arguments: 0..<100
    )
    func neverTwo(seed: Int) {
        var world = ElectionSimulation(seed: UInt64(seed), members: seed % 2 == 0 ? 2 : 3)
        world.run(troubled: .seconds(300), calm: .seconds(60))
        #expect(world.worst == 1)
        #expect(world.leaders == 1)
        #expect(world.changes >= 1)
    }

    @Test("the simulation notices two leaders: with clocks that run three times too fast there are some")
    func noticesTwo() {
        let worst = (0..<30).map { seed in
            var world = ElectionSimulation(seed: UInt64(seed), members: 3, maximumSpeed: 3)
            world.run(troubled: .seconds(300), calm: .zero)
            return world.worst
        }
        #expect(worst.contains { $0 > 1 })
    }

    @Test("the first candidate creates the Lease and leads from the moment of asking for as long as the deadline says")
    func creates() throws {
        var member = self.member()
        #expect(member.wake(now: .seconds(100), wall: self.wall) == .ask(.read, by: .seconds(105)))
        let answer = ElectionState.Answer.failed(.notFound(.lease, "controller"))
        let write = member.answered(answer, now: .seconds(101), wall: self.wall)
        var lease = try self.written(write)
        #expect(
            lease.spec == [
                "holderIdentity": "me", "leaseDurationSeconds": 15, "leaseTransitions": 0,
                "acquireTime": "2026-11-21T00:00:00.000000Z", "renewTime": "2026-11-21T00:00:00.000000Z",
            ]
        )
        #expect(member.leadsUntil == nil)
        lease.metadata.resourceVersion = "1"
        _ = member.answered(.lease(lease), now: .seconds(104), wall: self.wall)
        #expect(member.leadsUntil == .seconds(111))
    }

    @Test("a lease is taken only after its whole duration without a new version, whatever its times of day say")
    func takes() throws {
        var member = self.member()
        _ = member.wake(now: .zero, wall: self.wall)
        var action = member.answered(.lease(self.lease("other")), now: .seconds(1), wall: self.wall)
        // A sign of life at 14 s begins the wait anew.
        for (second, version) in [(10, "1"), (14, "2"), (20, "2"), (28, "2")] {
            guard case .wait = action else {
                Issue.record("took it at \(second) s: \(action)")
                return
            }
            _ = member.wake(now: .seconds(second), wall: self.wall)
            let lease = self.lease("other", version: version, transitions: 7)
            action = member.answered(.lease(lease), now: .seconds(second), wall: self.wall)
        }
        _ = member.wake(now: .seconds(29), wall: self.wall)
        let lease = self.lease("other", version: "2", transitions: 7)
        let record = LeaseRecord(try self.written(member.answered(.lease(lease), now: .seconds(29), wall: self.wall)))
        #expect(record.holder == "me")
        #expect(record.transitions == 8)
    }

    @Test("a released lease is taken at once")
    func released() throws {
        var member = self.member()
        _ = member.wake(now: .zero, wall: self.wall)
        let action = member.answered(.lease(self.lease("")), now: .seconds(1), wall: self.wall)
        #expect(LeaseRecord(try self.written(action)).holder == "me")
    }

    @Test("a renewal whose answer is lost is found out by reading, and counts only when another is confirmed")
    func lostAnswer() throws {
        var member = self.leader()
        let write = try self.written(member.wake(now: .seconds(2), wall: self.wall))
        let lost = ElectionState.Answer.failed(APIStatus(.timeout, "no answer"))
        guard case .wait(let until) = member.answered(lost, now: .seconds(7), wall: self.wall) else {
            Issue.record("does not wait")
            return
        }
        #expect(member.leadsUntil == .seconds(10))
        #expect(member.wake(now: until, wall: self.wall) == .ask(.read, by: .seconds(10)))
        var stored = write
        stored.metadata.resourceVersion = "2"
        let again = member.answered(.lease(stored), now: .seconds(8), wall: self.wall)
        #expect(try self.written(again).metadata.resourceVersion == "2")
        #expect(member.leadsUntil == .seconds(10))
        stored.metadata.resourceVersion = "3"
        _ = member.answered(.lease(stored), now: .seconds(9), wall: self.wall)
        #expect(member.leadsUntil == .seconds(18))
    }

    @Test("a server that is lost past the renew deadline is a loss")
    func lostServer() {
        var member = self.leader()
        _ = member.wake(now: .seconds(2), wall: self.wall)
        let error = ElectionState.Answer.failed(APIStatus(.serviceUnavailable, "connection refused"))
        guard case .wait = member.answered(error, now: .seconds(3), wall: self.wall) else {
            Issue.record("gave up at once")
            return
        }
        #expect(
            member.wake(now: .seconds(10), wall: self.wall)
                == .end(.expired(after: .seconds(10), lastError: "connection refused"))
        )
        #expect(member.leadsUntil == nil)
    }

    @Test("a lease that another holds is a loss")
    func taken() {
        var member = self.leader()
        _ = member.wake(now: .seconds(2), wall: self.wall)
        let conflict = ElectionState.Answer.failed(.conflict(.lease, "controller"))
        #expect(member.answered(conflict, now: .seconds(3), wall: self.wall) == .ask(.read, by: .seconds(8)))
        let other = ElectionState.Answer.lease(self.lease("other", version: "9"))
        #expect(member.answered(other, now: .seconds(4), wall: self.wall) == .end(.taken(by: "other")))
    }

    @Test("a store that refuses every write is not asked in a hot loop")
    func refuses() {
        var member = self.leader()
        var action = member.wake(now: .seconds(2), wall: self.wall)
        var asked = 0
        while case .ask(let request, _) = action, asked < 100 {
            asked += 1
            action = member.answered(
                request.isWrite ? .failed(.conflict(.lease, "controller")) : .lease(self.lease("me", version: "4")),
                now: .seconds(2),
                wall: self.wall
            )
        }
        #expect(asked == 3)
    }

    @Test("a release empties the holder and leaves one second, and is tried again when it fails")
    func releases() throws {
        var member = self.leader()
        let first = try self.written(member.release(now: .seconds(3), wall: self.wall))
        #expect(first.spec?["holderIdentity"] == "")
        #expect(first.spec?["leaseDurationSeconds"] == 1)
        #expect(member.leadsUntil == nil)
        let error = ElectionState.Answer.failed(APIStatus(.serviceUnavailable, "busy"))
        guard case .wait(let until) = member.answered(error, now: .seconds(3), wall: self.wall) else {
            Issue.record("gave up")
            return
        }
        #expect(member.wake(now: until, wall: self.wall) == .ask(.read, by: .seconds(8)))
        let again = member.answered(.lease(self.lease("me", version: "2")), now: until, wall: self.wall)
        #expect(try self.written(again).metadata.resourceVersion == "2")
        #expect(member.answered(.lease(self.lease("")), now: until, wall: self.wall) == .end(nil))
    }

    @Test("what a Lease says beyond leadership, and nonsense in it, does no harm")
    func strange() throws {
        var lease = self.lease("")
        lease.spec = [
            "leaseTransitions": .integer(.max), "leaseDurationSeconds": -4, "strategy": "OldestEmulationVersion",
        ]
        var member = self.member()
        _ = member.wake(now: .zero, wall: self.wall)
        let written = try self.written(member.answered(.lease(lease), now: .zero, wall: self.wall))
        #expect(written.spec?["strategy"] == "OldestEmulationVersion")
        #expect(written.spec?["leaseTransitions"] == 2_147_483_647)
        #expect(LeaseRecord(lease).duration == nil)
    }

    @Test("a Lease that vanishes under a leader who was seen alive is not taken before that leader is gone")
    func vanished() {
        var member = self.member()
        _ = member.wake(now: .zero, wall: self.wall)
        _ = member.answered(.lease(self.lease("other")), now: .seconds(1), wall: self.wall)
        let absent = ElectionState.Answer.failed(.notFound(.lease, "controller"))
        _ = member.wake(now: .seconds(3), wall: self.wall)
        guard case .wait = member.answered(absent, now: .seconds(3), wall: self.wall) else {
            Issue.record("took it")
            return
        }
        _ = member.wake(now: .seconds(16), wall: self.wall)
        guard case .ask(.create, _) = member.answered(absent, now: .seconds(16), wall: self.wall) else {
            Issue.record("waits for ever")
            return
        }
    }

    /// A member that leads since zero.
    private func leader() -> ElectionState {
        var member = self.member()
        _ = member.wake(now: .zero, wall: self.wall)
        _ = member.answered(.failed(.notFound(.lease, "controller")), now: .zero, wall: self.wall)
        _ = member.answered(.lease(self.lease("me")), now: .zero, wall: self.wall)
        return member
    }
}

@Suite("LeaderElectionTiming")
struct LeaderElectionTimingTests {
    @Test("the times of client-go are the standard, and can be chosen")
    func standard() throws {
        let timing = try LeaderElectionTiming(
            leaseDuration: .seconds(15),
            renewDeadline: .seconds(10),
            retryPeriod: .seconds(2)
        )
        #expect(timing == .standard)
        #expect(timing.restTime == .seconds(4))
    }

    @Test(
        "times that leave no room are refused",
        arguments: [(15, 14, 2), (10, 15, 2), (15, 10, 6), (15, 10, 0), (0, 0, 0)]
    )
    func refused(lease: Int, deadline: Int, retry: Int) {
        #expect(throws: LeaderElectionTiming.Invalid.self) {
            try LeaderElectionTiming(
                leaseDuration: .seconds(lease),
                renewDeadline: .seconds(deadline),
                retryPeriod: .seconds(retry)
            )
        }
    }
}
