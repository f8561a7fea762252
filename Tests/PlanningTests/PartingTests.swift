import Clocks
import KubernetesModel
import PeerModel
import Planning
import Resources
import Testing

@Suite("A resource that others hold when Peerage lets go")
struct PartingTests {
    @Test("it does not go on saying that all is well", arguments: [DeletionPolicy.delete, .orphan])
    func told(policy: DeletionPolicy) {
        var world = SimulatedWorld()
        world.settle()
        world.now = world.now + .seconds(60)
        world.policy.deletion = policy
        world.isBeingDeleted = true
        world.isHeldByOthers = true
        world.settle()
        #expect(!world.hasFinalizer)
        #expect(world.remote.isEmpty == (policy == .delete))
        guard case .progressing(.deleting, let message) = world.lastTold?.standing else {
            Issue.record("\(String(describing: world.lastTold))")
            return
        }
        #expect(message.contains(policy == .delete ? "deleted" : "left"))
        #expect(world.lastTold?.record == nil)
        #expect(world.lastTold?.standing.conditions(generation: 1).first?.status == .false)
    }

    @Test("nothing is written for one that goes at once")
    func untold() {
        var world = SimulatedWorld()
        world.settle()
        world.now = world.now + .seconds(60)
        world.isBeingDeleted = true
        world.settle()
        #expect(!world.hasFinalizer && world.lastTold == nil)
    }
}
