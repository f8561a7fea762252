import JSON
import KubernetesModel
import Planning
import Resources
import Testing

@Suite("The rehearsal of a topology")
struct TopologyRehearsalTests {
    private static func rehearse(_ world: TopologyWorld) throws -> TopologyRehearsal {
        let topology = ReplicationTopology(try #require(world.topology))
        return TopologyRehearsal(
            of: topology,
            owned: world.objects.values.filter { $0.metadata.owningTopology?.uid == topology.metadata.uid },
            in: world.surroundings(of: topology)
        )
    }

    /// Names and specs of what is there, or would be.
    private static func specs(_ objects: some Sequence<Object>) -> [String: JSONValue?] {
        Dictionary(uniqueKeysWithValues: objects.map { ($0.metadata.name, $0.spec) })
    }

    @Test("it shows in one go what the controller reaches from any shape to any other")
    func end() throws {
        for first in TopologyPlanTests.shapes {
            for second in TopologyPlanTests.shapes {
                var world = TopologyWorld(["athens", "berlin", "paris", "rome"], shape: .mesh)
                world.topology = first
                world.settle()
                world.change(to: second)
                let rehearsal = try Self.rehearse(world)
                let before = Set(world.objects.keys)
                world.settle()
                let staying = rehearsal.replications.filter { !$0.metadata.isBeingDeleted }
                #expect(Self.specs(staying) == Self.specs(world.objects.values))
                let leaving = rehearsal.replications.filter(\.metadata.isBeingDeleted).map(\.key)
                #expect(Set(leaving) == before.subtracting(world.objects.keys))
                #expect(rehearsal.obstacle == nil)
            }
        }
    }

    @Test("a topology that nobody has applied yet begins with nothing")
    func new() throws {
        var world = TopologyWorld(["berlin", "paris"], shape: .mesh)
        world.topology?.metadata.uid = ""
        let names = try Self.rehearse(world).replications.map(\.metadata.name)
        #expect(names == ["europe-berlin-paris", "europe-paris-berlin"])
    }

    @Test("statuses stay as they are: nothing is held for ready that is not")
    func statuses() throws {
        var world = TopologyWorld(["berlin", "paris"], shape: .mesh)
        world.run()
        for object in try Self.rehearse(world).replications { #expect(object.status == nil) }
        world.settle()
        for object in try Self.rehearse(world).replications {
            #expect(object.status == world.objects[object.key]?.status)
        }
    }

    @Test("what stands in the way of a pair is told, and the others come about")
    func obstacle() throws {
        var world = TopologyWorld(["athens", "berlin", "paris"], shape: .mesh)
        world.addPeer("paris", isEmbedded: false)
        let rehearsal = try Self.rehearse(world)
        #expect(rehearsal.obstacle?.reason == .incompatiblePeers)
        #expect(rehearsal.replications.count == 2)
    }

    @Test("a topology that goes takes everything with it, by its own policy")
    func deletion() throws {
        var world = TopologyWorld(["berlin", "paris"], shape: .mesh)
        world.settle()
        world.topology?.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        let rehearsal = try Self.rehearse(world)
        #expect(rehearsal.replications.count == 2)
        #expect(rehearsal.replications.filter(\.metadata.isBeingDeleted).count == 2)
    }
}
