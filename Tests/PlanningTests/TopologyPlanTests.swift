import Clocks
import JSON
import KubernetesModel
import Planning
import Resources
import Testing

@Suite("The plan of a topology")
struct TopologyPlanTests {
    private static let names = ["athens", "berlin", "paris", "rome"]

    /// One of every shape, over the same members.
    static let shapes: [Object] = [
        TopologyWorld.topology(names, shape: .mesh),
        TopologyWorld.topology(names, shape: .star, hub: "athens"),
        TopologyWorld.topology(names, shape: .star, hub: "rome"),
        TopologyWorld.topology(names, shape: .ring),
        TopologyWorld.topology(names, shape: .chain),
        TopologyWorld.topology(names.reversed(), shape: .chain),
        TopologyWorld.topology(["athens", "rome", "berlin", "paris"], shape: .ring),
        TopologyWorld.topology(names, shape: .pairs, pairs: [("paris", "berlin"), ("rome", "athens")]),
        TopologyWorld.topology(["athens", "rome"], shape: .mesh),
        TopologyWorld.topology(["athens", "paris", "rome"], shape: .chain),
    ]

    /// The worlds in which they are ready, made once.
    private static let ends = Dictionary(uniqueKeysWithValues: shapes.map { ($0, settled($0)) })

    private static func settled(_ topology: Object) -> TopologyWorld {
        var world = TopologyWorld(Self.names, shape: .mesh)
        world.topology = topology
        world.settle()
        return world
    }

    @Test("a mesh of n members has n(n-1)/2 pairs of two replications, of which exactly one dials", arguments: 2...9)
    func mesh(count: Int) throws {
        let names = (0..<count).map { "bp\($0)" }
        var world = TopologyWorld(names, shape: .mesh)
        world.settle()
        let status = try #require(world.status)
        #expect(status.pairCount == count * (count - 1) / 2)
        #expect(status.readyPairCount == status.pairCount)
        #expect(world.replications.count == count * (count - 1))
        for pair in status.pairs {
            let sides = pair.replications.compactMap { name in world.replications.first { $0.metadata.name == name } }
            #expect(sides.map(\.spec.connectTo.count) == [1, 0])
            #expect(sides.first?.spec.connectTo.first?.replication == pair.replications.last)
            #expect(sides.map(\.bigPeerKey.name) == [pair.from, pair.to])
        }
    }

    @Test("what members do with documents that leave is the topology's to say, or the member's own")
    func leaving() throws {
        var world = TopologyWorld(Self.names, shape: .chain)
        world.topology?.spec?["onFilterLeave"] = "Evict"
        var members = try #require(world.topology?.spec?["members"]?.array)
        members[1]["onFilterLeave"] = "Keep"
        world.topology?.spec?["members"] = .array(members)
        world.settle()
        for replication in world.replications {
            let expected: FilterLeavePolicy = replication.bigPeerKey.name == "berlin" ? .keep : .evict
            #expect(replication.spec.onFilterLeave == expected, "\(replication.key)")
        }
        #expect(world.plan?.steps == [])
    }

    @Test("every shape becomes ready, and then there is nothing to do", arguments: shapes)
    func ready(topology: Object) throws {
        let world = Self.settled(topology)
        #expect(world.plan?.steps == [])
        let status = try #require(world.status)
        #expect(status.conditions[.ready]?.status == .true, "\(status)")
        #expect(status.conditions[.reconciling] == nil)
        #expect(world.links == Set(ReplicationTopology(topology).spec.links.map(\.members)))
    }

    @Test("the order of members changes no name, and in a mesh and a star nothing at all")
    func order() {
        for shape in [TopologyShape.mesh, .star] {
            let one = Self.settled(TopologyWorld.topology(Self.names, shape: shape, hub: "paris"))
            let other = Self.settled(TopologyWorld.topology(Self.names.reversed(), shape: shape, hub: "paris"))
            #expect(one.picture == other.picture)
        }
    }

    @Test("two shapes give a pair that both have the same names", arguments: shapes)
    func shared(first: Object) throws {
        func names(_ topology: Object) throws -> [Set<String>: Set<String>] {
            let pairs = try #require(Self.ends[topology]?.status).pairs
            return Dictionary(uniqueKeysWithValues: pairs.map { ([$0.from, $0.to], Set($0.replications)) })
        }
        let own = try names(first)
        for second in Self.shapes {
            for (pair, replications) in try names(second) where own[pair] != nil {
                #expect(own[pair] == replications)
            }
        }
    }

    @Test("the spokes of a star dial the hub, and of a pair `from` dials")
    func diallers() throws {
        let star = try #require(Self.settled(Self.shapes[1]).status)
        #expect(star.pairs.map(\.to) == ["athens", "athens", "athens"])
        let pairs = try #require(Self.settled(Self.shapes[7]).status)
        #expect(pairs.pairs.map(\.from) == ["paris", "rome"])
    }

    @Test("the listening side comes first and the dialling side goes first")
    func sequence() {
        var world = TopologyWorld(["berlin", "paris"], shape: .mesh)
        world.settle()
        world.topology?.metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
        world.settle()
        #expect(
            world.history == [
                "+europe-paris-berlin", "+europe-berlin-paris", "-europe-berlin-paris", "-europe-paris-berlin",
            ]
        )
        #expect(world.topology == nil)
    }

    @Test("a rollout from any shape to any other leaves links alone that both have, and never parts two members")
    func rollout() {
        for first in Self.shapes {
            for second in Self.shapes {
                guard var world = Self.ends[first] else { continue }
                let before = ReplicationTopology(first).spec
                let after = ReplicationTopology(second).spec
                let common = Set(before.links.map(\.members)).intersection(after.links.map(\.members))
                let wanted = Set(after.links.map(\.members))
                let old = world.links
                world.change(to: second)
                Self.everyStep(of: &world) { world in
                    let links = world.links
                    #expect(links.isSuperset(of: common), "\(before.shape) to \(after.shape): \(links)")
                    for one in Self.names {
                        for other in Self.names where one < other {
                            guard TopologyWorld.areConnected(one, other, by: old),
                                TopologyWorld.areConnected(one, other, by: wanted)
                            else { continue }
                            #expect(
                                TopologyWorld.areConnected(one, other, by: links),
                                "\(one) and \(other) part: \(before.shape) to \(after.shape)"
                            )
                        }
                    }
                }
                #expect(world.picture == Self.ends[second]?.picture)
            }
        }
    }

    @Test("stopped after any step, the next run ends where an undisturbed one does")
    func stops() {
        for (first, second) in [(0, 1), (3, 4), (1, 2), (7, 0), (0, 9)] {
            var undisturbed = Self.settled(Self.shapes[first])
            undisturbed.change(to: Self.shapes[second])
            undisturbed.settle()
            for limit in 0..<60 {
                guard var world = Self.ends[Self.shapes[first]] else { continue }
                world.change(to: Self.shapes[second])
                let count = world.run(stopAfter: limit)
                world.settle()
                #expect(world.picture == undisturbed.picture)
                #expect(world.history.count == undisturbed.history.count, "nothing is made or deleted twice")
                if count < limit { break }
            }
        }
    }

    @Test("a change of shape updates objects in place: none is deleted and made again")
    func inPlace() {
        for first in Self.shapes {
            for second in Self.shapes {
                guard var world = Self.ends[first] else { continue }
                let start = world.history.count
                world.change(to: second)
                world.settle()
                let names = world.history[start...].map { $0.dropFirst() }
                #expect(names.count == Set(names).count)
            }
        }
    }

    @Test("when the dialling side changes, the new one dials before the old one stops")
    func turn() {
        var world = TopologyWorld(["berlin", "paris"], shape: .pairs, pairs: [("berlin", "paris")])
        world.settle()
        world.change(to: TopologyWorld.topology(["berlin", "paris"], shape: .pairs, pairs: [("paris", "berlin")]))
        var dialling: [Int] = []
        Self.everyStep(of: &world) { dialling.append($0.replications.map(\.spec.connectTo.count).reduce(0, +)) }
        #expect(dialling.allSatisfy { $0 >= 1 })
        #expect(dialling.contains(2))
        #expect(dialling.last == 1)
        #expect(world.history.count == 2)
    }

    @Test("a new member that does not answer keeps no old link from going that others replace")
    func deadMember() {
        var world = TopologyWorld(["athens", "berlin", "paris"], shape: .ring)
        world.settle()
        world.addPeer("rome")
        world.dead = ["rome"]
        world.change(to: TopologyWorld.topology(["athens", "berlin", "paris", "rome"], shape: .star, hub: "athens"))
        world.settle()
        #expect(world.links == [["athens", "berlin"], ["athens", "paris"]])
        #expect(world.status?.conditions[.ready]?.status == .false)
    }

    @Test("a spec of which nothing can be made changes nothing, and says what is wrong")
    func invalid() throws {
        var world = TopologyWorld(Self.names, shape: .mesh)
        world.settle()
        let before = world.picture
        world.change(to: TopologyWorld.topology(Self.names, shape: .star, hub: "lisbon"))
        world.settle()
        #expect(world.picture == before)
        let ready = try #require(world.status?.conditions[.ready])
        #expect(ready.reason == "InvalidSpec")
        #expect(ready.message == "spec.hub is \"lisbon\", which is no member")
    }

    @Test("while a new way is not there, the old one stays")
    func noGap() {
        var world = TopologyWorld(["athens", "berlin", "paris"], shape: .chain)
        world.settle()
        world.dead = ["paris"]
        world.change(to: TopologyWorld.topology(["berlin", "athens", "paris"], shape: .chain))
        world.settle()
        #expect(world.links.contains(["berlin", "paris"]))
        world.dead = []
        world.settle()
        #expect(world.links == [["athens", "berlin"], ["athens", "paris"]])
    }

    /// Goes on one step at a time, of the topology or of the others, and looks after each.
    private static func everyStep(of world: inout TopologyWorld, _ look: (TopologyWorld) -> Void) {
        var count = 0
        repeat {
            if let step = world.plan?.steps.first {
                world.carryOut(step)
            } else if !world.runOther() {
                return
            }
            look(world)
            count += 1
        } while count < 10_000
        Issue.record("it never ends")
    }
}
