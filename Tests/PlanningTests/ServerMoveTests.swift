import Clocks
import PeerModel
import Planning
import Resources
import Testing

/// `endpoint.url` is what tells one server from another: the API has no identity of its own.
@Suite("A resource whose BigPeer was given another URL")
struct ServerMoveTests {
    static let old = "http://127.0.0.1:8080"
    static let new = "https://elsewhere.example"

    /// In agreement at one server, and then at another one, which holds something of the same name or nothing.
    private static func moved(_ policy: AdoptionPolicy, holding object: PeerObject?) -> SimulatedWorld {
        var world = SimulatedWorld()
        world.policy.adoption = policy
        world.settle()
        world.now = world.now + .seconds(60)
        world.target = SimulatedWorld.target(at: Self.new)
        world.remote = [:]
        world.remote[SimulatedWorld.id] = object
        world.writes = []
        return world
    }

    @Test(
        "an object of the name there was there before: adoptionPolicy decides",
        arguments: [
            (AdoptionPolicy.adoptIfEqual, true, true), (.adoptIfEqual, false, false), (.adopt, true, true),
            (.adopt, false, true), (.fail, true, false), (.fail, false, false),
        ]
    )
    func adoption(policy: AdoptionPolicy, isEqual: Bool, isTaken: Bool) {
        let there = isEqual ? SimulatedWorld.desired : SimulatedWorld.foreign
        var world = Self.moved(policy, holding: there)
        world.settle()
        #expect((world.lastOutcome?.standing == .synced) == isTaken)
        #expect(world.remote[SimulatedWorld.id] == (isTaken ? SimulatedWorld.desired : there))
        // What is still remembered is at the old server, until something is taken at the new one.
        #expect(world.record?.url == (isTaken ? Self.new : Self.old))
        #expect((world.record?.provenance == .adopted) == isTaken)
    }

    @Test("where nothing is there, it is made at once, whatever was made at the old server a moment ago")
    func create() {
        var world = Self.moved(.adoptIfEqual, holding: nil)
        world.now = SimulatedWorld.start + .seconds(1)
        world.run()
        #expect(world.lastOutcome?.standing == .synced)
        #expect(world.record?.url == Self.new)
        #expect(world.writes == [.create(SimulatedWorld.id, SimulatedWorld.desired)])
    }

    @Test("a creation that the new server refuses forgets nothing of the old one")
    func refused() {
        var world = Self.moved(.adoptIfEqual, holding: nil)
        world.appExists = true
        let before = world.record
        world.faults = [.none, .unreachable]
        world.run()
        #expect(world.record == before)
    }

    @Test("a deletion does not touch what was not recorded there", arguments: AdoptionPolicy.allCases)
    func deletion(policy: AdoptionPolicy) throws {
        var world = Self.moved(policy, holding: SimulatedWorld.desired)
        world.isBeingDeleted = true
        world.settle()
        #expect(world.requests.allSatisfy { !$0.isWrite } || world.writes.isEmpty)
        #expect(world.writes.isEmpty)
        #expect(world.hasFinalizer)
        guard case .stalled(.deletionBlocked, let message) = world.lastOutcome?.standing else {
            Issue.record("\(String(describing: world.lastOutcome))")
            return
        }
        #expect(message.contains(Self.old) && message.contains(Self.new) && message.contains("--force-orphan"))
        // The URL was a mistake and is mended: the deletion goes on.
        world.target = SimulatedWorld.target(at: Self.old)
        world.settle()
        #expect(!world.hasFinalizer)
        #expect(world.writes == [.delete(SimulatedWorld.id)])
    }

    @Test(
        "two ways to write one URL are one server",
        arguments: [
            ("https://Berlin.example:443/api", "https://berlin.example/api"), ("http://h:80/", "http://h"),
            ("https://h/a/", "https://h/a"),
        ]
    )
    func spelling(one: String, other: String) {
        var world = SimulatedWorld()
        world.target = SimulatedWorld.target(at: one)
        world.settle()
        world.policy.adoption = .fail
        world.target = SimulatedWorld.target(at: other)
        world.run()
        #expect(world.lastOutcome?.standing == .synced)
    }

    @Test("an embedded peer is the same wherever it listens")
    func embedded() {
        var world = SimulatedWorld()
        world.policy.adoption = .fail
        func target(_ port: Int) -> Result<RemoteSubject.Target, Obstacle> {
            SimulatedWorld.target().map { target in
                let location = BigPeer.Location(
                    peer: SimulatedWorld.peer,
                    url: "http://127.0.0.1:\(port)",
                    isEmbedded: true,
                    timeout: SimulatedWorld.timeout
                )
                return RemoteSubject.Target(id: target.id, at: location)
            }
        }
        world.target = target(1)
        world.settle()
        world.target = target(2)
        world.run()
        #expect(world.lastOutcome?.standing == .synced)
    }
}
