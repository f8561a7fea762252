import Clocks
import ControllerRuntime
import Testing

/// What the queue must be equal to, written for clearness instead of speed.
private struct Model {
    struct Wish {
        var partition: Int
        var lane: WorkLane
        var due: Int
    }

    var waiting: [Int: Wish] = [:]
    var running: [Int: (partition: Int, again: Wish?)] = [:]
    let total: Int
    let perPartition: Int

    static func merge(_ old: Wish?, _ new: Wish) -> Wish {
        guard let old else { return new }
        return Wish(partition: new.partition, lane: min(old.lane, new.lane), due: min(old.due, new.due))
    }

    mutating func add(_ key: Int, _ wish: Wish) {
        if let run = self.running[key] {
            self.running[key] = (run.partition, Self.merge(run.again, wish))
        } else {
            self.waiting[key] = Self.merge(self.waiting[key], wish)
        }
    }

    mutating func done(_ key: Int) {
        guard let run = self.running.removeValue(forKey: key) else { return }
        if let again = run.again { self.waiting[key] = again }
    }

    mutating func remove(_ key: Int) {
        self.waiting[key] = nil
        if let run = self.running[key] { self.running[key] = (run.partition, nil) }
    }

    func runningIn(_ partition: Int) -> Int { self.running.values.filter { $0.partition == partition }.count }

    /// The keys that may start.
    func startable(now: Int) -> [Int: Wish] {
        guard self.running.count < self.total else { return [:] }
        return self.waiting.filter { $0.value.due <= now && self.runningIn($0.value.partition) < self.perPartition }
    }
}

@Suite("WorkQueue against a model")
struct WorkQueueModelTests {
    @Test("thousands of random operations agree with the model", arguments: 1...40 as ClosedRange<UInt64>)
    func agrees(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let total = Int.random(in: 1...8, using: &generator)
        let perPartition = Int.random(in: 1...4, using: &generator)
        var model = Model(total: total, perPartition: perPartition)
        typealias Queue = WorkQueue<Int, Int>
        var queue = Queue(limits: Queue.Limits(total: total, perPartition: perPartition))
        var now = 0
        for _ in 0..<1_500 {
            let key = Int.random(in: 0..<30, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                let wish = Model.Wish(
                    partition: Int.random(in: 0..<5, using: &generator),
                    lane: Bool.random(using: &generator) ? .user : .drift,
                    due: now + Int.random(in: -3...20, using: &generator)
                )
                model.add(key, wish)
                queue.add(key, partition: wish.partition, lane: wish.lane, at: .seconds(wish.due))
            case 4..<7:
                let startable = model.startable(now: now)
                guard let work = queue.next(now: .seconds(now)) else {
                    #expect(startable.isEmpty, "the queue left work undone")
                    continue
                }
                let wish = try #require(startable[work.key], "the queue started what it must not")
                #expect(work.partition == wish.partition)
                #expect(work.lane == wish.lane)
                model.waiting[work.key] = nil
                model.running[work.key] = (wish.partition, nil)
            case 7:
                let chosen = model.running.keys.sorted().randomElement(using: &generator) ?? key
                model.done(chosen)
                queue.done(chosen, now: .seconds(now))
            case 8:
                guard Int.random(in: 0..<4, using: &generator) == 0 else { continue }
                model.remove(key)
                queue.remove(key)
            default:
                now += Int.random(in: 0...5, using: &generator)
            }
            #expect(queue.count == model.waiting.count + model.running.count)
            #expect(queue.runningCount == model.running.count)
            #expect(queue.readyCount + queue.delayedCount == model.waiting.count)
            queue.advance(to: .seconds(now))
            let later = model.waiting.values.map(\.due).filter { $0 > now }
            #expect(queue.nextWakeUp == later.min().map { .seconds($0) })
        }
        self.drain(&queue, &model, now: now + 1_000)
        #expect(queue.count == 0)
        #expect(queue.partitionCount == 0)
    }

    private func drain(_ queue: inout WorkQueue<Int, Int>, _ model: inout Model, now: Int) {
        for key in model.running.keys {
            queue.done(key, now: .seconds(now))
        }
        while let work = queue.next(now: .seconds(now)) { queue.done(work.key, now: .seconds(now)) }
    }
}
