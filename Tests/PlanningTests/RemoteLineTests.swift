import Clocks
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("The line of one remote object")
struct RemoteLineTests {
    @Test("a new resource is recorded before it is created, and read before that")
    func create() {
        var line = RemoteLine(SimulatedWorld().subject)
        #expect(line.next(nil) == .store(.addFinalizer))
        #expect(line.next(.stored) == .send(.read(SimulatedWorld.id)))
        guard case .store(.record(let record)) = line.next(.answered(.absent(.object))) else {
            Issue.record("no record before the create")
            return
        }
        let attempt = RemoteRecord.Attempt(
            digest: SimulatedWorld.desired.digest,
            until: SimulatedWorld.start + SimulatedWorld.timeout + RemoteLine.ambiguityGrace
        )
        #expect(record.provenance == .creating(attempt))
        #expect(line.next(.stored) == .send(.create(SimulatedWorld.id, SimulatedWorld.desired)))
        guard case .finish(let outcome) = line.next(.answered(.found(SimulatedWorld.desired))) else {
            Issue.record("not finished")
            return
        }
        #expect(outcome.standing == .synced)
        #expect(outcome.record?.provenance == .created(at: SimulatedWorld().now))
    }

    @Test("F25: once in agreement, a run is one read and no write")
    func stable() {
        var world = SimulatedWorld()
        world.settle()
        let record = world.record
        (world.writes, world.requests, world.notices, world.resourceWrites) = ([], [], [], 0)
        for _ in 0..<5 {
            world.now = world.now + .seconds(300)
            world.run()
        }
        #expect(world.writes.isEmpty)
        #expect(world.resourceWrites == 0)
        #expect(world.notices.isEmpty)
        #expect(world.record == record)
        #expect(world.requests == Array(repeating: .read(SimulatedWorld.id), count: 5))
    }

    @Test("F11: a change made by others is set back and told as drift")
    func drift() {
        var world = SimulatedWorld()
        world.settle()
        world.remote[SimulatedWorld.id] = SimulatedWorld.replication([], [:])
        world.run()
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        #expect(world.notices.last?.reason == .driftCorrected)
    }

    @Test("a change of the spec is an update, not drift")
    func update() {
        var world = SimulatedWorld()
        world.settle()
        world.desired = SimulatedWorld.replication(["10.0.0.8:4040"], [:])
        world.isSettled = false
        world.run()
        #expect(world.remote[SimulatedWorld.id] == world.desired)
        #expect(world.notices.last?.reason == .updated)
    }

    @Test("F11: a remote deleted by others is made again, once its creation is no longer young")
    func recreate() {
        var world = SimulatedWorld()
        world.settle()
        world.remote = [:]
        world.run()
        #expect(world.remote.isEmpty, "a 404 right after the creation is not believed")
        world.settle()
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        #expect(world.writes.count == 2)
        #expect(world.notices.map(\.reason) == [.created, .driftCorrected])
    }

    @Test("an embedded peer that starts empty right after a creation gets the object again at once")
    func embeddedStartsEmpty() {
        var world = SimulatedWorld()
        world.target = SimulatedWorld.target(isEmbedded: true)
        world.settle()
        world.remote = [:]
        world.now = world.now + .seconds(1)
        world.run()
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        #expect(world.lastOutcome?.standing == .synced)
    }

    @Test("F11: a remote deleted right after its creation is made again as soon as a user asks")
    func recreateOnRequest() {
        var world = SimulatedWorld()
        world.settle()
        world.remote = [:]
        world.now = world.now + .seconds(1)
        world.run()
        #expect(world.remote.isEmpty)
        world.isRequested = true
        world.run()
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        #expect(world.lastOutcome?.standing == .synced)
    }

    @Test("F12: a user's request while a new remote does not show yet costs one refused create, and no second one")
    func requestWhileInvisible() {
        var world = SimulatedWorld()
        world.invisibleUntil = world.now + .seconds(20)
        world.run()
        world.isRequested = true
        for _ in 0..<20 {
            world.run()
            world.now = world.now + .seconds(1)
        }
        world.settle()
        #expect(world.writes.count <= 2)
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        #expect(world.lastOutcome?.standing == .synced)
    }

    @Test("F13: a user's request does not hurry a creation whose outcome is unknown")
    func requestWhileUnknown() {
        var world = SimulatedWorld()
        world.faults = [.none, .answerLost]
        world.run()
        world.remote = [:]
        world.isRequested = true
        world.now = world.now + .seconds(1)
        world.run()
        #expect(world.writes.count == 1)
    }

    @Test("a peer that asks to be left alone is quoted with the moment, and the moment passes")
    func hold() {
        let now = Timestamp(seconds: 1_800_000_000)
        let failure = PeerFailure(.rateLimited, "fewer", retryAfter: .seconds(30))
        var line = RemoteLine(SimulatedWorld().subject)
        _ = line.next(nil)
        _ = line.next(.stored)
        guard case .finish(let outcome) = line.next(.answered(.failed(failure))),
            case .waiting(.rateLimited, let message) = outcome.standing
        else {
            Issue.record("not held up")
            return
        }
        #expect(message == "fewer; it is asked again after \((now + .seconds(30)).rfc3339)")
        #expect(!PeerFailure.isOver(message, at: now))
        #expect(PeerFailure.isOver(message, at: now + .seconds(30)))
        #expect(!PeerFailure.isOver("fewer", at: now))
    }

    @Test("F12: a 404 right after a create does not create twice", arguments: [1, 5, 9, 20, 29])
    func invisible(seconds: Int) {
        var world = SimulatedWorld()
        world.invisibleUntil = world.now + .seconds(seconds)
        world.run()
        world.isSettled = false
        for _ in 0..<seconds {
            world.run()
            world.now = world.now + .seconds(1)
        }
        world.settle()
        #expect(world.writes == [.create(SimulatedWorld.id, SimulatedWorld.desired)])
        #expect(world.lastOutcome?.standing == .synced)
    }

    @Test("F13: a lost answer to a create is resolved by a read, not by another create")
    func lostAnswer() {
        var world = SimulatedWorld()
        world.faults = [.none, .answerLost]
        world.settle()
        #expect(world.writes == [.create(SimulatedWorld.id, SimulatedWorld.desired)])
        guard case .created = world.record?.provenance else {
            Issue.record("the record says \(String(describing: world.record))")
            return
        }
    }

    @Test("F13: a create that never arrived is sent again")
    func neverArrived() {
        var world = SimulatedWorld()
        world.faults = [.none, .unreachable]
        world.settle()
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        #expect(world.writes.count == 1)
    }

    @Test(
        "an object that was there before is treated as adoptionPolicy says",
        arguments: [
            (AdoptionPolicy.adoptIfEqual, true, true), (.adoptIfEqual, false, false), (.adopt, true, true),
            (.adopt, false, true), (.fail, true, false), (.fail, false, false),
        ]
    )
    func adoption(policy: AdoptionPolicy, isEqual: Bool, isTaken: Bool) {
        var world = SimulatedWorld()
        let before = isEqual ? SimulatedWorld.desired : SimulatedWorld.replication(["other:1"], [:])
        world.remote[SimulatedWorld.id] = before
        world.policy.adoption = policy
        world.settle()
        #expect((world.lastOutcome?.standing == .synced) == isTaken)
        #expect(world.remote[SimulatedWorld.id] == (isTaken ? SimulatedWorld.desired : before))
        #expect((world.record == nil) == !isTaken)
    }

    @Test("an object that was refused is not deleted with its resource")
    func refusedIsNotDeleted() {
        var world = SimulatedWorld()
        world.remote[SimulatedWorld.id] = SimulatedWorld.replication(["other:1"], [:])
        world.settle()
        world.isBeingDeleted = true
        world.settle()
        #expect(!world.hasFinalizer)
        #expect(world.writes.isEmpty)
    }

    @Test("two who create at once do not overwrite each other: the clash follows adoptionPolicy")
    func clash() {
        var line = RemoteLine(SimulatedWorld().subject)
        _ = line.next(nil)
        _ = line.next(.stored)
        _ = line.next(.answered(.absent(.object)))
        _ = line.next(.stored)
        #expect(line.next(.answered(.alreadyExists("409"))) == .send(.read(SimulatedWorld.id)))
        let other = SimulatedWorld.replication(["other:1"], [:])
        guard case .finish(let outcome) = line.next(.answered(.found(other))) else {
            Issue.record("the other's object is being written")
            return
        }
        #expect(outcome.record == nil)
        guard case .stalled(.adoptionRefused, _) = outcome.standing else {
            Issue.record("\(outcome.standing)")
            return
        }
    }

    @Test("Observe never writes, whatever it finds")
    func observe() {
        var world = SimulatedWorld()
        world.policy.management = .observe
        world.settle()
        #expect(world.lastOutcome?.standing == .observed(agrees: false, "\(SimulatedWorld.id) does not exist"))
        world.remote[SimulatedWorld.id] = SimulatedWorld.desired
        world.settle()
        #expect(world.lastOutcome?.standing == .observed(agrees: true, "the remote agrees"))
        world.isBeingDeleted = true
        world.settle()
        #expect(world.writes.isEmpty)
        #expect(world.resourceWrites == 0)
    }

    @Test("F10: the older of two resources wins, and deleting the younger leaves the remote")
    func rivals() {
        var world = SimulatedWorld()
        world.settle()
        var younger = world
        younger.record = nil
        younger.hasFinalizer = false
        younger.rival = .older(.init(namespace: "fleet", name: "first"))
        younger.settle()
        guard case .stalled(.resourceConflict, let message) = younger.lastOutcome?.standing else {
            Issue.record("\(String(describing: younger.lastOutcome))")
            return
        }
        #expect(message.contains("fleet/first"))
        younger.isBeingDeleted = true
        younger.settle()
        #expect(younger.remote[SimulatedWorld.id] == SimulatedWorld.desired)
    }

    @Test("F10: deleting the older leaves the remote to the younger")
    func handOver() {
        var world = SimulatedWorld()
        world.settle()
        world.rival = .younger(.init(namespace: "fleet", name: "second"))
        world.isBeingDeleted = true
        world.settle()
        #expect(!world.hasFinalizer)
        #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
    }

    @Test(
        "a failed read is never taken for absent",
        arguments: [SimulatedWorld.Fault.unreachable, .serverError, .webPage]
    )
    func failedRead(fault: SimulatedWorld.Fault) {
        var world = SimulatedWorld()
        world.settle()
        world.writes = []
        world.faults = [fault]
        world.run()
        #expect(world.writes.isEmpty)
        #expect(world.record != nil)
        guard case .waiting = world.lastOutcome?.standing else {
            Issue.record("\(String(describing: world.lastOutcome))")
            return
        }
    }

    @Test("a remote that keeps something else is reported and not written over and over")
    func notConverging() {
        var line = RemoteLine(SimulatedWorld().subject)
        _ = line.next(nil)
        _ = line.next(.stored)
        _ = line.next(.answered(.absent(.object)))
        _ = line.next(.stored)
        guard case .finish(let outcome) = line.next(.answered(.found(SimulatedWorld.replication([], [:])))) else {
            Issue.record("not finished")
            return
        }
        #expect(outcome.next == .driftCheck)
        guard case .stalled(.notConverging, _) = outcome.standing else {
            Issue.record("\(outcome.standing)")
            return
        }
    }

    @Test("a suspended resource asks and writes nothing")
    func suspended() {
        var world = SimulatedWorld()
        world.policy.isSuspended = true
        world.settle()
        #expect(world.requests.isEmpty)
        #expect(world.lastOutcome?.standing == .suspended)
    }

    @Test("an app that exists with another id is never changed")
    func appIDMismatch() {
        let id = RemoteID(peer: SimulatedWorld.peer, object: .app("cars"))
        let subject = RemoteSubject(
            target: SimulatedWorld.target().map { .init(id: id, at: $0.location) },
            desired: .success(.app(PeerApp(name: "cars", appID: "2164bef3-37c0-489c-9ac6-c94b034525d7"))),
            policy: SyncPolicy(adoption: .adopt),
            hasFinalizer: true
        )
        var line = RemoteLine(subject)
        _ = line.next(nil)
        let other = PeerApp(name: "cars", appID: "00000000-0000-4000-8000-000000000000")
        guard case .finish(let outcome) = line.next(.answered(.found(.app(other)))) else {
            Issue.record("not finished")
            return
        }
        guard case .stalled(.appIDMismatch, _) = outcome.standing else {
            Issue.record("\(outcome.standing)")
            return
        }
    }

    @Test("an app without an id is taken as it is, and never created")
    func appWithoutID() {
        let id = RemoteID(peer: SimulatedWorld.peer, object: .app("cars"))
        let subject = RemoteSubject(
            target: SimulatedWorld.target().map { .init(id: id, at: $0.location) },
            desired: .success(.app(PeerApp(name: "cars", appID: nil))),
            hasFinalizer: true
        )
        var line = RemoteLine(subject)
        _ = line.next(nil)
        guard case .finish(let outcome) = line.next(.answered(.absent(.object))),
            case .stalled(.appNotFound, let message) = outcome.standing
        else {
            Issue.record("an app of no id is created")
            return
        }
        #expect(message.contains("spec.appId"))
    }

    @Test("a clock that was set back makes nobody wait for hours")
    func clockSetBack() {
        for isConfirmed in [true, false] {
            var world = SimulatedWorld()
            if !isConfirmed { world.faults = [.none, .answerLost] }
            world.run()
            world.remote = [:]
            world.now = SimulatedWorld.start + .seconds(-3_600)
            world.run()
            #expect(world.remote[SimulatedWorld.id] == SimulatedWorld.desired)
        }
    }

    @Test("who is asked to stay away comes back no sooner, and else after a growing while")
    func retryAfter() {
        for (wait, next) in [
            (Duration.seconds(30), Outcome.Next.backOffAtLeast(.seconds(30))), (nil, .backOff),
        ] {
            var line = RemoteLine(SimulatedWorld().subject)
            _ = line.next(nil)
            _ = line.next(.stored)
            let failure = PeerFailure(.rateLimited, "fewer", retryAfter: wait)
            guard case .finish(let outcome) = line.next(.answered(.failed(failure))) else {
                Issue.record("it goes on")
                return
            }
            #expect(outcome.next == next)
        }
    }
}
