import Clocks
import PeerModel
import Planning
import Resources
import Testing

@Suite("The deletion of a resource")
struct DeletionTests {
    private static func standing() -> SimulatedWorld {
        var world = SimulatedWorld()
        world.settle()
        world.now = world.now + .seconds(60)
        world.isBeingDeleted = true
        world.writes = []
        return world
    }

    @Test("the finalizer goes only after the remote was seen to be gone")
    func order() {
        var line = RemoteLine(Self.standing().subject)
        #expect(line.next(nil) == .send(.delete(SimulatedWorld.id)))
        #expect(line.next(.answered(.done)) == .send(.read(SimulatedWorld.id)))
        #expect(line.next(.answered(.absent(.object))) == .store(.removeFinalizer))
    }

    @Test("only what was recorded is deleted, also when its BigPeer leads elsewhere now")
    func elsewhere() {
        let old = RemoteID(
            peer: PeerIdentity(namespace: "a", name: "old"),
            object: .replication(app: "cars", name: "r")
        )
        let new = RemoteID(
            peer: PeerIdentity(namespace: "a", name: "new"),
            object: .replication(app: "cars", name: "r")
        )
        let location = BigPeer.Location(peer: new.peer, url: "http://a", isEmbedded: false, timeout: .seconds(10))
        let subject = RemoteSubject(
            target: .success(RemoteSubject.Target(id: new, at: location)),
            desired: .success(SimulatedWorld.desired),
            isBeingDeleted: true,
            hasFinalizer: true,
            record: RemoteRecord(id: old, url: "http://a", provenance: .adopted)
        )
        var line = RemoteLine(subject)
        guard case .finish(let outcome) = line.next(nil) else {
            Issue.record("a request was sent")
            return
        }
        #expect(outcome.standing.isStalled(.deletionBlocked))
        #expect(outcome.record?.id == old)
    }

    @Test("a remote that is gone already counts as deleted")
    func alreadyGone() {
        var world = Self.standing()
        world.remote = [:]
        world.settle()
        #expect(!world.hasFinalizer)
    }

    @Test("a delete whose remote still shows is looked at again and not sent off as done")
    func stillThere() {
        var line = RemoteLine(Self.standing().subject)
        _ = line.next(nil)
        _ = line.next(.answered(.done))
        guard case .finish(let outcome) = line.next(.answered(.found(SimulatedWorld.desired))) else {
            Issue.record("the finalizer was let go")
            return
        }
        #expect(outcome.record != nil)
    }

    /// Every combination that F20 names, with the one outcome that the documentation gives it.
    enum Obstruction: CaseIterable {
        case none, deadPeer, missingPeer, missingSecret, suspended
    }

    @Test("F20: each combination of policy and obstruction has its one outcome", arguments: Obstruction.allCases)
    func matrix(obstruction: Obstruction) {
        for (deletion, management) in [
            (DeletionPolicy.delete, ManagementPolicy.full), (.orphan, .full), (.delete, .observe), (.orphan, .observe),
        ] {
            var world = Self.standing()
            world.policy.deletion = deletion
            world.policy.management = management
            switch obstruction {
            case .none: break
            case .deadPeer: world.faults = Array(repeating: .unreachable, count: 100)
            case .missingPeer: world.target = .failure(Obstacle(.bigPeerNotFound, "no BigPeer \"berlin\""))
            case .missingSecret: world.target = .failure(Obstacle(.secretNotFound, "no Secret \"berlin\""))
            case .suspended: world.policy.isSuspended = true
            }
            world.run()
            let isLeft = deletion == .orphan || management == .observe
            let isBlocked = !isLeft && [.deadPeer, .missingPeer, .missingSecret].contains(obstruction)
            #expect(world.hasFinalizer == isBlocked, "\(obstruction) \(deletion) \(management)")
            #expect((world.remote[SimulatedWorld.id] != nil) == (isLeft || isBlocked))
            guard isBlocked else { continue }
            guard case .waiting(.deletionBlocked, let message) = world.lastOutcome?.standing else {
                Issue.record("\(String(describing: world.lastOutcome))")
                continue
            }
            #expect(message.contains("--force-orphan"))
        }
    }

    @Test("what must go first holds the deletion up, and nothing is asked of the peer")
    func obstacle() {
        var world = Self.standing()
        world.deletionObstacle = Obstacle(.deletionBlocked, "waiting for others")
        world.requests = []
        world.run()
        #expect(world.requests.isEmpty)
        #expect(world.hasFinalizer)
        #expect(world.lastOutcome?.standing == .waiting(.deletionBlocked, "waiting for others"))
        #expect(world.lastOutcome?.next == .whenChanged)
        world.deletionObstacle = nil
        world.settle()
        #expect(!world.hasFinalizer)
    }

    @Test("F19: a deletion that was blocked goes on by itself once the peer is back")
    func unblocked() {
        var world = Self.standing()
        world.faults = [.unreachable, .unreachable, .serverError]
        world.settle()
        #expect(!world.hasFinalizer)
        #expect(world.remote.isEmpty)
    }

    @Test("a creation of unknown outcome is waited out before its absence is believed")
    func creationOnItsWay() {
        var world = SimulatedWorld()
        world.faults = [.none, .answerLost]
        world.run()
        let landed = world.remote
        world.remote = [:]
        world.isBeingDeleted = true
        world.run()
        #expect(world.hasFinalizer, "the request may still land")
        world.remote = landed
        world.settle()
        #expect(world.remote.isEmpty)
        #expect(!world.hasFinalizer)
    }
}

extension Outcome.Standing {
    fileprivate func isStalled(_ expected: Reason) -> Bool {
        if case .stalled(let reason, _) = self { reason == expected } else { false }
    }
}
