import Clocks
import ControllerRuntime
import Testing

@Suite("WorkQueue")
struct WorkQueueTests {
    typealias Queue = WorkQueue<String, String>

    static func queue(total: Int = 100, perPartition: Int = 100, driftShare: Int = 8) -> Queue {
        Queue(limits: Queue.Limits(total: total, perPartition: perPartition, driftShare: driftShare))
    }

    @Test("a key added twice runs once")
    func dedup() {
        var queue = Self.queue()
        queue.add("a", partition: "p", lane: .user, at: .zero)
        queue.add("a", partition: "p", lane: .user, at: .zero)
        #expect(queue.next(now: .zero)?.key == "a")
        #expect(queue.next(now: .zero) == nil)
        queue.done("a", now: .zero)
        #expect(queue.next(now: .zero) == nil)
        #expect(queue.count == 0)
        #expect(queue.partitionCount == 0)
    }

    @Test("a key added during its run runs again after, and never at the same time")
    func addDuringRun() {
        var queue = Self.queue()
        queue.add("a", partition: "p", lane: .user, at: .zero)
        #expect(queue.next(now: .zero) != nil)
        queue.add("a", partition: "p", lane: .drift, at: .seconds(9))
        queue.add("a", partition: "p", lane: .user, at: .seconds(2))
        #expect(queue.next(now: .seconds(3)) == nil)
        queue.done("a", now: .seconds(3))
        let again = queue.next(now: .seconds(3))
        #expect(again?.lane == .user)
        #expect(again?.waited == .seconds(1))
        queue.done("a", now: .seconds(3))
        #expect(queue.next(now: .seconds(60)) == nil)
    }

    @Test("adding again keeps the earlier time and the more urgent lane, whichever came first")
    func merges() {
        var queue = Self.queue()
        queue.add("a", partition: "p", lane: .drift, at: .seconds(5))
        queue.add("a", partition: "p", lane: .user, at: .seconds(50))
        queue.add("b", partition: "p", lane: .user, at: .seconds(60))
        queue.add("b", partition: "p", lane: .drift, at: .seconds(6))
        #expect(queue.nextWakeUp == .seconds(5))
        #expect(queue.next(now: .seconds(4)) == nil)
        #expect(queue.next(now: .seconds(5))?.lane == .user)
        #expect(queue.nextWakeUp == .seconds(6))
        #expect(queue.next(now: .seconds(6))?.lane == .user)
        #expect(queue.nextWakeUp == nil)
    }

    @Test("a ready key that becomes urgent overtakes the drift lane")
    func upgrade() {
        var queue = Self.queue()
        for key in ["a", "b", "c"] { queue.add(key, partition: "p", lane: .drift, at: .zero) }
        queue.add("c", partition: "p", lane: .user, at: .zero)
        #expect(queue.next(now: .zero)?.key == "c")
        #expect(queue.next(now: .zero)?.key == "a")
        #expect(queue.next(now: .zero)?.key == "b")
    }

    @Test("keys that are due at one time run in the order in which they were added")
    func order() {
        var queue = Self.queue()
        for key in ["c", "a", "b"] { queue.add(key, partition: "p", lane: .user, at: .seconds(1)) }
        #expect((0..<3).map { _ in queue.next(now: .seconds(1))?.key } == ["c", "a", "b"])
    }

    @Test("a partition that hangs takes no place beyond its limit, and others take turns (F15)")
    func partitions() {
        var queue = Self.queue(total: 4, perPartition: 2)
        for number in 0..<100 { queue.add("hang\(number)", partition: "hang", lane: .user, at: .zero) }
        queue.add("x", partition: "x", lane: .user, at: .zero)
        queue.add("y", partition: "y", lane: .drift, at: .zero)
        let started = (0..<4).compactMap { _ in queue.next(now: .zero) }
        #expect(started.filter { $0.partition == "hang" }.count == 2)
        #expect(Set(started.map(\.key)).isSuperset(of: ["x", "y"]))
        #expect(queue.next(now: .zero) == nil)
        // The hanging ones never end; the others' places stay theirs.
        queue.done("x", now: .zero)
        queue.add("z", partition: "z", lane: .user, at: .zero)
        #expect(queue.next(now: .zero)?.key == "z")
    }

    @Test("partitions are served in turn, however many keys one has")
    func roundRobin() {
        var queue = Self.queue()
        for number in 0..<50 { queue.add("a\(number)", partition: "a", lane: .user, at: .zero) }
        for number in 0..<3 { queue.add("b\(number)", partition: "b", lane: .user, at: .zero) }
        let partitions = (0..<6).compactMap { _ in queue.next(now: .zero)?.partition }
        #expect(partitions.filter { $0 == "b" }.count == 3)
    }

    @Test("a limit of its own holds for a partition, and can be changed while it works")
    func ownLimit() {
        var queue = Self.queue(perPartition: 2)
        queue.setLimit(1, of: "p")
        for number in 0..<5 { queue.add("\(number)", partition: "p", lane: .user, at: .zero) }
        #expect(queue.next(now: .zero) != nil)
        #expect(queue.next(now: .zero) == nil)
        queue.setLimit(3, of: "p")
        #expect(queue.next(now: .zero) != nil)
        #expect(queue.next(now: .zero) != nil)
        #expect(queue.next(now: .zero) == nil)
        queue.setLimit(nil, of: "p")
        for number in 0..<5 { queue.done("\(number)", now: .zero) }
    }

    /// Endless user work beside a few drift keys; gives how many runs started before each drift key did.
    static func startsUntilDrift(total: Int, perPartition: Int, partitions: Int, drift: Int) -> [Int] {
        var queue = Self.queue(total: total, perPartition: perPartition)
        for number in 0..<drift { queue.add("drift\(number)", partition: "p0", lane: .drift, at: .zero) }
        var running: [String] = []
        var starts: [Int] = []
        var user = 0
        for step in 0..<10_000 where starts.count < drift {
            // Twice as many user keys come as can be served.
            for _ in 0..<2 {
                queue.add("user\(user)", partition: "p\(user % partitions)", lane: .user, at: .zero)
                user += 1
            }
            while let work = queue.next(now: .zero) {
                running.append(work.key)
                if work.lane == .drift { starts.append(step) }
            }
            queue.done(running.removeFirst(), now: .zero)
        }
        return starts
    }

    @Test(
        "drift work is served within a bound under endless user work (F16)",
        arguments: [(1, 1, 1), (4, 1, 1), (4, 1, 3), (16, 4, 2), (8, 8, 1)]
    )
    func driftIsServed(total: Int, perPartition: Int, partitions: Int) {
        let drift = 20
        let starts = Self.startsUntilDrift(
            total: total,
            perPartition: perPartition,
            partitions: partitions,
            drift: drift
        )
        #expect(starts.count == drift)
        #expect((starts.last ?? .max) <= 8 * drift * partitions + total)
    }

    @Test("a user key waits for at most one drift key per free place, however many are overdue")
    func userGoesFirst() {
        var queue = Self.queue(total: 1)
        for number in 0..<10_000 { queue.add("\(number)", partition: "p", lane: .drift, at: .zero) }
        for _ in 0..<100 {
            guard let work = queue.next(now: .seconds(60)) else { break }
            queue.done(work.key, now: .seconds(60))
        }
        queue.add("edit", partition: "p", lane: .user, at: .seconds(60))
        #expect(queue.next(now: .seconds(60))?.key == "edit")
    }

    @Test("a removed key does not run; one that runs does not run again")
    func remove() {
        var queue = Self.queue()
        for key in ["ready", "runs"] { queue.add(key, partition: "p", lane: .user, at: .zero) }
        queue.add("later", partition: "p", lane: .user, at: .seconds(9))
        #expect(queue.next(now: .zero)?.key == "ready")
        queue.done("ready", now: .zero)
        #expect(queue.next(now: .zero)?.key == "runs")
        queue.add("runs", partition: "p", lane: .user, at: .zero)
        for key in ["runs", "later", "unknown"] { queue.remove(key) }
        queue.done("runs", now: .zero)
        queue.done("unknown", now: .zero)
        #expect(queue.count == 0)
        #expect(queue.nextWakeUp == nil)
        #expect(queue.next(now: .seconds(60)) == nil)
    }

    @Test("moving a key to earlier times for ever needs no more memory (F17)")
    func bounded() {
        var queue = Self.queue()
        for round in 0..<10_000 {
            queue.add("a", partition: "p\(round)", lane: .drift, at: .seconds(100_000 - round))
        }
        #expect(queue.count == 1)
        #expect(queue.delayedCount == 1)
        #expect(queue.partitionCount == 1)
        #expect(queue.nextWakeUp == .seconds(90_001))
    }
}
