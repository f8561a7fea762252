import Clocks
import PeerModel
import Planning
import Resources
import Testing

@Suite("A 404 that does not say what is missing")
struct VouchingTests {
    private typealias World = SimulatedWorld

    private static func standing() -> World {
        var world = World()
        world.settle()
        world.now = world.now + .seconds(60)
        return world
    }

    @Test("something else at the API's address never means that the object is deleted")
    func foreignDeletion() {
        var world = Self.standing()
        world.isBeingDeleted = true
        world.faults = Array(repeating: .unnamed404, count: 100)
        for _ in 0..<5 { world.run() }
        #expect(world.hasFinalizer)
        #expect(world.record?.id == World.id)
        guard case .waiting(.deletionBlocked, let message) = world.lastOutcome?.standing else {
            Issue.record("\(String(describing: world.lastOutcome))")
            return
        }
        #expect(message.contains("spec.endpoint.url") && message.contains("--force-orphan"))
        world.faults = []
        world.settle()
        #expect(!world.hasFinalizer && world.remote.isEmpty)
    }

    @Test("neither does it when it answers the last look alone")
    func foreignLastLook() {
        var world = Self.standing()
        world.isBeingDeleted = true
        // The DELETE is not carried out; everything after it is answered by something else.
        world.faults = [.unnamed404, .unnamed404, .unnamed404]
        world.run()
        #expect(world.hasFinalizer && world.remote[World.id] != nil)
    }

    @Test("an API that names nothing is believed once it shows the app, or its list of apps", arguments: [true, false])
    func terseDeletion(appExists: Bool) {
        var world = Self.standing()
        world.namesWhatIsAbsent = false
        world.isBeingDeleted = true
        world.appExists = appExists
        if !appExists { world.remote = [:] }
        world.settle()
        #expect(!world.hasFinalizer && world.remote.isEmpty)
    }

    @Test("it is asked for the app first, then for the list")
    func order() {
        var line = RemoteLine(Self.standing().subject)
        #expect(line.next(nil) == .send(.read(World.id)))
        #expect(line.next(.answered(.absent(.unnamed))) == .send(.read(World.appID)))
        #expect(line.next(.answered(.absent(.unnamed))) == .send(.listApps(World.peer)))
        guard case .finish(let outcome) = line.next(.answered(.absent(.unnamed))) else {
            Issue.record("something was sent")
            return
        }
        guard case .waiting(.invalidResponse, _) = outcome.standing else {
            Issue.record("\(outcome.standing)")
            return
        }
        #expect(outcome.record != nil)
    }

    @Test("nothing is created before the app is seen")
    func creation() {
        var world = World()
        world.namesWhatIsAbsent = false
        world.settle()
        #expect(world.remote[World.id] == World.desired)

        var appless = World()
        appless.namesWhatIsAbsent = false
        appless.appExists = false
        appless.run()
        guard case .waiting(.appNotFound, _) = appless.lastOutcome?.standing else {
            Issue.record("\(String(describing: appless.lastOutcome))")
            return
        }

        var foreign = World()
        foreign.faults = Array(repeating: .unnamed404, count: 100)
        foreign.run()
        guard case .waiting(.invalidResponse, _) = foreign.lastOutcome?.standing else {
            Issue.record("\(String(describing: foreign.lastOutcome))")
            return
        }
        #expect(appless.writes.isEmpty && foreign.writes.isEmpty && foreign.record == nil)
    }

    @Test("a failure of the second question is told as it is")
    func failure() {
        var world = Self.standing()
        world.isBeingDeleted = true
        world.faults = [.unnamed404, .serverError]
        world.run()
        #expect(world.hasFinalizer)
        guard case .waiting(.deletionBlocked, let message) = world.lastOutcome?.standing else {
            Issue.record("\(String(describing: world.lastOutcome))")
            return
        }
        #expect(message.contains("503"))
    }

    @Test("an app's own absence is seen from the list of apps")
    func app() {
        var subject = Self.standing().subject
        guard case .success(let target) = subject.target else { return }
        let url = target.location.url
        subject.target = .success(RemoteSubject.Target(id: World.appID, at: target.location))
        subject.isBeingDeleted = true
        subject.record = RemoteRecord(id: World.appID, url: url, provenance: .adopted)
        var line = RemoteLine(subject)
        #expect(line.next(nil) == .send(.delete(World.appID)))
        #expect(line.next(.answered(.absent(.unnamed))) == .send(.listApps(World.peer)))
        #expect(line.next(.answered(.apps([]))) == .send(.read(World.appID)))
        #expect(line.next(.answered(.absent(.object))) == .store(.removeFinalizer))
    }
}
