import Clocks
import JSON
import KubernetesModel

@testable import ControllerRuntime

/// Some processes, one API server, and a network between them that does what it likes: all from one seed.
///
/// Each process has a steady clock of its own (another start, another speed) and a time of day that is nobody's.
struct ElectionSimulation {
    private enum Event {
        case wake(Int, turn: Int)
        case arrival(Int, turn: Int, ElectionState.Request)
        case answer(Int, turn: Int, ElectionState.Answer)
        case trouble
    }

    private struct Member {
        var state: ElectionState
        var turn = 0
        let start: Duration
        let speed: Double
        var wallOffset: Duration
        /// Cut off from the server until then, or frozen altogether.
        var cutUntil = Duration.zero
        var frozenUntil = Duration.zero

        func local(_ now: Duration) -> Duration { self.start + now * self.speed }
        /// Rounded up: a sleep never ends before its time.
        func real(_ local: Duration) -> Duration { (local - self.start) / self.speed + .nanoseconds(1) }
        func leads(_ now: Duration) -> Bool { self.state.leadsUntil.map { self.local(now) < $0 } ?? false }
    }

    private let key = ObjectKey(namespace: "peerage", name: "controller")
    private var chance: SplitMix64
    private var now = Duration.zero
    private var events: [(at: Duration, order: Int, event: Event)] = []
    private var order = 0
    private var members: [Member] = []
    private var processes = 0
    private let maximumSpeed: Double
    private var lease: Object?
    private var version = 0
    private var isCalm = false

    /// How many members led at once at worst.
    private(set) var worst = 0
    /// How often leadership went from one process to another.
    private(set) var changes = 0
    private var lastLeader = -1

    /// How many lead now.
    var leaders: Int { self.members.filter { $0.leads(self.now) }.count }

    /// What the Lease says.
    var record: LeaseRecord? { self.lease.map { LeaseRecord($0) } }

    init(seed: UInt64, members: Int, maximumSpeed: Double = 1.1) {
        self.chance = SplitMix64(seed: seed)
        self.maximumSpeed = maximumSpeed
        for _ in 0..<members { self.members.append(self.newMember()) }
        for index in self.members.indices { self.begin(index) }
        self.schedule(.trouble, in: .seconds(5))
    }

    /// Lets troubles happen for a while, and then everything be well for a while.
    mutating func run(troubled: Duration, calm: Duration) {
        self.run(until: troubled)
        self.isCalm = true
        for index in self.members.indices {
            self.members[index].cutUntil = .zero
            self.members[index].frozenUntil = .zero
        }
        self.run(until: troubled + calm)
    }

    private mutating func run(until end: Duration) {
        while let index = self.events.indices.min(by: { self.isEarlier($0, $1) }),
            self.events[index].at <= end
        {
            let (at, _, event) = self.events.remove(at: index)
            self.now = max(self.now, at)
            self.handle(event)
            let leading = self.members.indices.filter { self.members[$0].leads(self.now) }
            self.worst = max(self.worst, leading.count)
            if let leader = leading.first, leader != self.lastLeader {
                self.lastLeader = leader
                self.changes += 1
            }
        }
        self.now = end
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        (self.events[left].at, self.events[left].order) < (self.events[right].at, self.events[right].order)
    }

    // MARK: - Processes

    private mutating func newMember() -> Member {
        self.processes += 1
        let state = ElectionState(
            key: self.key,
            identity: "process-\(self.processes)",
            timing: .standard,
            generator: SplitMix64(seed: self.chance.next())
        )
        return Member(
            state: state,
            start: .seconds(Int.random(in: 0...100_000, using: &self.chance)),
            speed: Double.random(in: 1 / self.maximumSpeed...self.maximumSpeed, using: &self.chance),
            wallOffset: .seconds(Int.random(in: -7_200...7_200, using: &self.chance))
        )
    }

    private func wall(_ index: Int) -> Timestamp {
        Timestamp(seconds: 1_795_219_200) + self.now + self.members[index].wallOffset
    }

    private mutating func begin(_ index: Int) {
        let local = self.members[index].local(self.now)
        let wall = self.wall(index)
        self.carryOut(self.members[index].state.wake(now: local, wall: wall), by: index)
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .trouble: self.makeTrouble()
        case .arrival(let index, let turn, let request): self.serve(request, of: index, turn: turn)
        case .wake(let index, let turn):
            guard self.isReady(index, turn, event) else { return }
            self.begin(index)
        case .answer(let index, let turn, let answer):
            guard self.isReady(index, turn, event) else { return }
            let local = self.members[index].local(self.now)
            let wall = self.wall(index)
            self.carryOut(self.members[index].state.answered(answer, now: local, wall: wall), by: index)
        }
    }

    /// Whether the member takes the event; a frozen one takes it when it thaws, and an old one is forgotten.
    private mutating func isReady(_ index: Int, _ turn: Int, _ event: Event) -> Bool {
        guard self.members[index].turn == turn else { return false }
        guard self.members[index].frozenUntil <= self.now else {
            self.schedule(event, in: self.members[index].frozenUntil - self.now)
            return false
        }
        return true
    }

    private mutating func carryOut(_ action: ElectionState.Action, by index: Int) {
        self.members[index].turn += 1
        let turn = self.members[index].turn
        let member = self.members[index]
        switch action {
        case .wait(let until): self.schedule(.wake(index, turn: turn), in: member.real(until) - self.now)
        case .ask(let request, let deadline):
            let failure = ElectionState.Answer.failed(APIStatus(.timeout, "too late"))
            self.schedule(.answer(index, turn: turn, failure), in: member.real(deadline) - self.now)
            if self.isLost(index) { return }
            self.schedule(.arrival(index, turn: turn, request), in: self.delay())
        case .end:
            // The process exits, and another one starts in its place.
            self.members[index] = self.newMember()
            self.members[index].turn = turn + 1
            self.schedule(.wake(index, turn: turn + 1), in: self.random(upTo: 8))
        }
    }

    // MARK: - The server and the network

    private mutating func serve(_ request: ElectionState.Request, of index: Int, turn: Int) {
        let answer: ElectionState.Answer
        switch request {
        case .read: answer = self.lease.map { .lease($0) } ?? .failed(.notFound(.lease, self.key.name))
        case .create(let object):
            answer = self.lease == nil ? self.store(object) : .failed(.alreadyExists(.lease, self.key.name))
        case .update(let object):
            let isCurrent = self.lease?.metadata.resourceVersion == object.metadata.resourceVersion
            answer = isCurrent ? self.store(object) : .failed(.conflict(.lease, self.key.name))
        }
        if self.isLost(index) { return }
        self.schedule(.answer(index, turn: turn, answer), in: self.delay())
    }

    private mutating func store(_ object: Object) -> ElectionState.Answer {
        var object = object
        self.version += 1
        object.metadata.resourceVersion = "\(self.version)"
        self.lease = object
        return .lease(object)
    }

    private mutating func isLost(_ index: Int) -> Bool {
        if self.members[index].cutUntil > self.now { return true }
        return !self.isCalm && Int.random(in: 0..<20, using: &self.chance) == 0
    }

    private mutating func delay() -> Duration {
        if !self.isCalm, Int.random(in: 0..<10, using: &self.chance) == 0 { return self.random(upTo: 25) }
        return .milliseconds(Int.random(in: 1...80, using: &self.chance))
    }

    private mutating func random(upTo seconds: Int) -> Duration {
        .milliseconds(Int.random(in: 0...seconds * 1_000, using: &self.chance))
    }

    private mutating func makeTrouble() {
        guard !self.isCalm else { return }
        let index = Int.random(in: 0..<self.members.count, using: &self.chance)
        let local = self.members[index].local(self.now)
        switch Int.random(in: 0..<6, using: &self.chance) {
        case 0: self.members[index].cutUntil = self.now + self.random(upTo: 40)
        case 1: self.members[index].frozenUntil = self.now + self.random(upTo: 40)
        case 2: for each in self.members.indices { self.members[each].cutUntil = self.now + self.random(upTo: 20) }
        case 3: self.members[index].wallOffset += .seconds(Bool.random(using: &self.chance) ? 3_600 : -3_600)
        case 4: self.carryOut(.end(nil), by: index)  // killed
        default:
            guard self.members[index].frozenUntil <= self.now else { break }
            let wall = self.wall(index)
            self.carryOut(self.members[index].state.release(now: local, wall: wall), by: index)
        }
        self.schedule(.trouble, in: self.random(upTo: 12))
    }

    private mutating func schedule(_ event: Event, in delay: Duration) {
        self.order += 1
        self.events.append((self.now + max(.zero, delay), self.order, event))
    }
}
