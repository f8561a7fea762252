import Clocks
import Documents
import JSON

@testable import TableReplication

/// Peers, stores and a network under one clock, all decided by one seed: a seed that fails fails again in the same way.
///
/// *Expected flow:* `run()` writes and breaks things for a while, heals everything, waits until all is quiet, and gives
/// what was wrong.
struct Simulation {
    /// One connection.
    struct Connection {
        let dialler: Int
        let dialled: LinkID
        let acceptor: Int
        var accepted: LinkID?
        /// Nothing passes any more, and nobody is told.
        var isDead = false
        var isOpen = false
        /// When the last message in each direction arrives: none overtakes another.
        var lastArrival: (toAcceptor: Duration, toDialler: Duration)
        var inFlight: (toAcceptor: Int, toDialler: Int) = (0, 0)
        var isFull: (dialler: Bool, acceptor: Bool) = (false, false)
    }

    enum Event {
        case input(peer: Int, life: Int, NodeInput)
        case opened(connection: Int)
        case deliver(connection: Int, toAcceptor: Bool, [UInt8])
        case ended(connection: Int, toAcceptor: Bool)
        case store(peer: Int, life: Int, NodeAction)
        case flush(peer: Int, life: Int)
        case timer(peer: Int, life: Int, at: Duration)
        case write(peer: Int)
        case fault
        case restart(peer: Int)
        case heal
        case check
    }

    let seed: UInt64
    let plan: SimulationPlan
    var chance: SplitMix64
    var now = Duration.zero
    var events = EventQueue<Event>()
    var peers: [SimulatedPeer] = []
    var connections: [Connection] = []
    /// Which connection a peer's link is.
    var links: [[LinkID: Int]] = []
    /// Pairs between which nothing passes.
    var partitions: Set<[Int]> = []
    var isRough = true
    /// Documents of which somebody forgot the tombstone: they may come back.
    var purged: Set<DocumentID> = []
    /// Documents that a publisher has lost by being restored, so that it cannot know any more who had them from it.
    var forgotten: Set<SimulatedStore.Delivery> = []
    var hasConfigurationChanged = false
    /// From where sessions that were started may go on.
    var resumes: [String: UInt64] = [:]
    var failures: [String] = []
    var messages = 0
    /// Why the peers did not agree when that was last looked at.
    var disagreement: String?
    /// Prints what happens, when a seed is replayed.
    var isVerbose = false

    init(seed: UInt64) {
        self.seed = seed
        self.chance = SplitMix64(seed: seed)
        self.plan = SimulationPlan(chance: &self.chance)
    }

    // MARK: - A run

    /// Runs everything and gives what was wrong.
    mutating func run() -> [String] {
        self.setUp()
        while let (time, event) = self.events.pop() {
            self.now = time
            self.perform(event)
            if !self.failures.isEmpty { break }
            if case .check = event, !self.isRough, self.disagreement == nil { break }
        }
        return self.failures
    }

    private mutating func setUp() {
        for index in 0..<self.plan.peers {
            let key = SimulatedPeer.key(index)
            var peer = SimulatedPeer(
                index: index,
                key: key,
                node: ReplicationNode(chance: .seeded(SplitMix64(seed: self.chance.next()))),
                store: SimulatedStore(peer: PeerID(peerKey: key) ?? PeerID(rawValue: 0), guid: ""),
                configuration: AppConfiguration(appId: SimulatedPeer.app, appName: "Cars", password: "secret"),
                skew: Int64.random(in: -3 * 3_600_000...3 * 3_600_000, using: &self.chance)
            )
            peer.store = SimulatedStore(peer: PeerID(peerKey: key) ?? PeerID(rawValue: 0), guid: peer.nextGUID())
            peer.configuration.subscriptions = self.plan.subscriptions[index]
            for (from, to) in self.plan.dials where from == index {
                // Twice the same peer by different names.
                let alias = Bool.random(using: &self.chance) ? "" : "x"
                peer.configuration.connections.insert(PeerAddress("\(to)\(alias):1"))
            }
            self.peers.append(peer)
            self.links.append([:])
        }
        for index in self.peers.indices { self.boot(index) }
        for _ in 0..<self.plan.writes {
            self.events.add(.write(peer: self.anyPeer()), at: self.within(self.plan.duration))
        }
        for _ in 0..<self.plan.faults { self.events.add(.fault, at: self.within(self.plan.duration)) }
        self.events.add(.heal, at: self.plan.duration)
    }

    mutating func anyPeer() -> Int { Int.random(in: self.peers.indices, using: &self.chance) }

    mutating func within(_ duration: Duration) -> Duration {
        duration * Double.random(in: 0...1, using: &self.chance)
    }

    mutating func delay(_ milliseconds: ClosedRange<Int>) -> Duration {
        .microseconds(
            Int.random(in: milliseconds.lowerBound * 1_000...milliseconds.upperBound * 1_000, using: &self.chance)
        )
    }

    func wall(_ peer: Int) -> UInt64 {
        let elapsed = self.now.components.seconds * 1_000 + self.now.components.attoseconds / 1_000_000_000_000_000
        return UInt64(1_795_219_200_000 + elapsed + self.peers[peer].skew)
    }

    mutating func fail(_ text: String) { self.failures.append(text) }

    func trace(_ text: @autoclosure () -> String) {
        if self.isVerbose { print("\(self.now) \(text())") }
    }

    // MARK: - Events

    private mutating func perform(_ event: Event) {
        switch event {
        case .input(let peer, let life, let input):
            if self.lives(peer, life) { self.give(peer, input) }
        case .opened(let connection): self.open(connection)
        case .deliver(let connection, let toAcceptor, let bytes):
            self.deliver(connection, toAcceptor: toAcceptor, bytes)
        case .ended(let connection, let toAcceptor): self.tellEnd(connection, toAcceptor: toAcceptor)
        case .store(let peer, let life, let action):
            if self.lives(peer, life) { self.performInStore(peer, action) }
        case .flush(let peer, let life):
            guard self.lives(peer, life) else { return }
            self.peers[peer].isFlushPlanned = false
            self.peers[peer].store.flush()
            self.give(peer, .durable(app: SimulatedPeer.app, usn: self.peers[peer].store.durable.usn))
        case .timer(let peer, let life, let at):
            guard self.lives(peer, life), self.peers[peer].wakeAt == at else { return }
            self.peers[peer].wakeAt = nil
            self.give(peer, .timer)
        case .write(let peer): self.writeSomething(peer)
        case .fault: self.breakSomething()
        case .restart(let peer): if !self.peers[peer].isUp { self.boot(peer) }
        case .heal: self.heal()
        case .check: self.checkAgreement()
        }
    }

    private func lives(_ peer: Int, _ life: Int) -> Bool { self.peers[peer].isUp && self.peers[peer].life == life }

    /// Gives a node an event and does what it wants.
    mutating func give(_ peer: Int, _ input: NodeInput) {
        let actions = self.peers[peer].node.handle(input, at: self.now)
        self.checkTold(peer, actions)
        for action in actions { self.perform(action, of: peer) }
        self.checkBuffers(peer)
    }

    mutating func boot(_ peer: Int) {
        self.peers[peer].isUp = true
        self.peers[peer].life += 1
        self.peers[peer].wakeAt = nil
        self.peers[peer].isFlushPlanned = false
        self.peers[peer].storeBusyUntil = self.now
        self.peers[peer].node = ReplicationNode(chance: .seeded(SplitMix64(seed: self.chance.next())))
        self.trace("boot \(peer) guid \(self.peers[peer].store.visible.guid) usn \(self.peers[peer].store.visible.usn)")
        self.configure(peer)
        self.give(peer, .storeOpened(app: SimulatedPeer.app, self.peers[peer].store.position))
    }

    mutating func configure(_ peer: Int) {
        let app = self.peers[peer].configuration
        let configuration = NodeConfiguration(
            peerKey: self.peers[peer].key,
            apps: [SimulatedPeer.app: app],
            timing: self.plan.timing
        )
        self.give(peer, .configure(configuration))
    }

    // MARK: - Actions

    private mutating func perform(_ action: NodeAction, of peer: Int) {
        switch action {
        case .dial(let link, let address, _): self.dial(peer, link, address)
        case .send(let link, let bytes): self.send(peer, link, bytes)
        case .close(let link, let reason):
            self.trace("close \(peer) \(link) \(reason)")
            if [.badMessage, .creditExceeded, .tooManySessions, .storeFailed, .loginRefused].contains(reason) {
                self.fail("peer \(peer) closed \(link): \(reason)")
            }
            self.end(peer, link)
        case .loadCheckpoint, .read, .fetch, .apply, .edit:
            let start = max(self.now, self.peers[peer].storeBusyUntil)
            self.peers[peer].storeBusyUntil = start + self.delay(0...4)
            self.events.add(
                .store(peer: peer, life: self.peers[peer].life, action),
                at: self.peers[peer].storeBusyUntil
            )
        case .wake(let at):
            self.peers[peer].wakeAt = at
            self.events.add(.timer(peer: peer, life: self.peers[peer].life, at: at), at: max(at, self.now))
        case .policy, .reading, .statusChanged, .strangeLogin: return
        }
    }

    private mutating func performInStore(_ peer: Int, _ action: NodeAction) {
        switch action {
        case .loadCheckpoint(let session, let key):
            self.give(peer, .checkpointLoaded(session, .success(self.peers[peer].store.resume(key))))
        case .read(let request): self.give(peer, .read(request.session, .success(self.peers[peer].store.read(request))))
        case .fetch(let request):
            self.give(peer, .fetched(request.session, .success(self.peers[peer].store.fetch(request))))
        case .apply(let request):
            self.checkApply(peer, request)
            if self.isRough, Int.random(in: 0..<60, using: &self.chance) == 0 {
                return self.give(peer, .applied(request.session, .failure(StoreFailure("disk full"))))
            }
            do {
                let before = self.peers[peer].store.visible.usn
                let result = try self.peers[peer].store.apply(request, wall: self.wall(peer))
                let after = self.peers[peer].store.visible.usn
                self.trace(
                    "apply \(peer) \(request.key.collection) \(before)->\(after) \(String(describing: request.checkpoint)) wanted \(result.wanted.count)"
                )
                self.planFlush(peer)
                self.give(peer, .applied(request.session, .success(result)))
            } catch {
                self.fail("peer \(peer) could not apply: \(error)")
            }
        default: return
        }
    }

    mutating func planFlush(_ peer: Int) {
        guard !self.peers[peer].isFlushPlanned else { return }
        self.peers[peer].isFlushPlanned = true
        self.events.add(.flush(peer: peer, life: self.peers[peer].life), at: self.now + self.delay(0...30))
    }
}
