import Clocks
import PeerModel
import Planning
import Resources
import Testing

/// A Big Peer and the stored half of one resource, moved by hand: what a line's steps act on.
///
/// The world outlives any number of lines, as a database and a remote server outlive a process.
struct SimulatedWorld {
    static let peer = PeerIdentity(namespace: "ditto", name: "bp1")
    static let id = RemoteID(peer: peer, object: .replication(app: "cars", name: "cars-berlin"))
    static let app = PeerApp(name: "cars", appID: nil)
    static let appID = RemoteID(peer: peer, object: .app("cars"))
    static let desired = replication(["10.0.0.7:4040"], ["cars": ["color = 'blue'"]])
    /// Another replication of the same name, as somebody else makes it.
    static let foreign = replication(["other:1"], [:])
    static let start = Timestamp(seconds: 1_800_000_000)
    /// How long a request takes that is answered.
    static let latency = Duration.milliseconds(50)
    /// How long the wait for an answer that is lost takes: the default of a BigPeer.
    static let timeout = BigPeerEndpoint.defaultTimeout
    /// How long after that a request that lands late is carried out: within the grace of an unknown creation.
    static let lateness = RemoteLine.ambiguityGrace - .seconds(1)

    /// The peer at a server.
    static func target(
        at url: String = "http://127.0.0.1:8080",
        isEmbedded: Bool = false
    ) -> Result<RemoteSubject.Target, Obstacle> {
        .success(
            RemoteSubject.Target(
                id: id,
                at: BigPeer.Location(peer: peer, url: url, isEmbedded: isEmbedded, timeout: timeout)
            )
        )
    }

    /// How the Big Peer treats a request.
    enum Fault: Hashable {
        /// It is carried out, and the answer arrives.
        case none
        /// It is carried out, and the answer is lost.
        case answerLost
        /// It is carried out only after the wait for its answer was given up.
        case landsLate
        /// It is not carried out: nothing listens.
        case unreachable
        /// It is answered with a 503.
        case serverError
        /// It is answered with a web page.
        case webPage
        /// It is not carried out, and answered with a 404 that does not say of what.
        case unnamed404
    }

    // The Big Peer.
    var remote: [RemoteID: PeerObject] = [:]
    /// Created objects do not show before this moment.
    var invisibleUntil: Timestamp?
    var writes: [PeerRequest] = []
    var requests: [PeerRequest] = []
    /// The fault of the n-th request from now; later ones are answered.
    var faults: [Fault] = []
    var appExists = true
    /// Whether a 404 says what is missing, as the API documents it.
    var namesWhatIsAbsent = true
    /// What somebody else makes under the name just before a create arrives.
    var onCreate: PeerObject?
    /// Whether answers to writes tell nothing of the object.
    var saysNothingOfWrites = false
    /// Requests that are still on their way, and when they arrive.
    private var underway: [(arrival: Timestamp, request: PeerRequest)] = []

    // The stored resource.
    var target = Self.target()
    var desired = Self.desired
    var policy = SyncPolicy()
    var isBeingDeleted = false
    var hasFinalizer = false
    var isHeldByOthers = false
    /// What the status was told before the finalizer went.
    var lastTold: Outcome?
    var record: RemoteRecord?
    var isSettled = false
    /// Whether a user has asked for a reconciliation; a run that ends has answered.
    var isRequested = false
    var rival: RemoteSubject.Rival?
    var deletionObstacle: Obstacle?
    var now = Self.start
    var lastOutcome: Outcome?
    var notices: [Outcome.Notice] = []
    var resourceWrites = 0

    static func replication(_ connections: [String], _ queries: [String: [String]]) -> PeerObject {
        .replication(PeerReplication(name: "cars-berlin", connections: connections, queriesByCollection: queries))
    }

    var subject: RemoteSubject {
        RemoteSubject(
            target: self.target,
            desired: .success(self.desired),
            deletionObstacle: self.deletionObstacle,
            policy: self.policy,
            isBeingDeleted: self.isBeingDeleted,
            hasFinalizer: self.hasFinalizer,
            isHeldByOthers: self.isHeldByOthers,
            record: self.record,
            isSettled: self.isSettled,
            isRequested: self.isRequested,
            rival: self.rival
        )
    }

    /// Runs one line to its end, or stops it dead after a number of steps that had an effect.
    ///
    /// - Parameter stopAfter: How many steps are carried out before the process is killed; `nil` for all.
    /// - Returns: Whether the line came to its end.
    @discardableResult
    mutating func run(stopAfter: Int? = nil) -> Bool {
        var line = RemoteLine(self.subject)
        var reply: RemoteLine.Reply?
        var steps = 0
        while steps < 50 {
            switch line.next(reply, at: self.now) {
            case .finish(let outcome):
                if stopAfter == steps { return false }
                self.finish(outcome)
                return true
            case .store(let write):
                if stopAfter == steps { return false }
                self.store(write)
                reply = .stored
            case .send(let request):
                if stopAfter == steps { return false }
                reply = .answered(self.answer(request))
            }
            steps += 1
        }
        return false
    }

    /// Runs lines until the outcome is at rest, moving the clock as the outcomes ask.
    mutating func settle(limit: Int = 30) {
        for _ in 0..<limit {
            self.run()
            switch self.lastOutcome?.next {
            case .after(let duration), .backOffAtLeast(let duration): self.now = self.now + duration
            case .backOff: self.now = self.now + .seconds(11)
            case .driftCheck, .whenChanged, nil: return
            }
        }
    }

    private mutating func store(_ write: RemoteLine.StoreWrite) {
        self.resourceWrites += 1
        switch write {
        case .addFinalizer: self.hasFinalizer = true
        case .removeFinalizer: self.hasFinalizer = false
        case .record(let record): self.record = record
        case .tell(let outcome):
            self.lastTold = outcome
            self.record = outcome.record
        }
    }

    private mutating func finish(_ outcome: Outcome) {
        self.lastOutcome = outcome
        self.isRequested = false
        self.notices += outcome.notices
        self.record = outcome.record
        self.isSettled = outcome.standing == .synced
    }

    private mutating func answer(_ request: PeerRequest) -> PeerResponse {
        self.requests.append(request)
        self.expectRecorded(request)
        let fault = self.faults.isEmpty ? Fault.none : self.faults.removeFirst()
        self.land()
        switch fault {
        case .answerLost, .landsLate: self.now = self.now + Self.timeout
        default: self.now = self.now + Self.latency
        }
        switch fault {
        case .none: return self.carryOut(request)
        case .answerLost:
            _ = self.carryOut(request)
            return .failed(PeerFailure(.timedOut, "lost", mayHaveBeenApplied: request.isWrite))
        case .landsLate:
            if request.isWrite { self.underway.append((self.now + Self.lateness, request)) }
            return .failed(PeerFailure(.timedOut, "lost", mayHaveBeenApplied: request.isWrite))
        case .unreachable: return .failed(PeerFailure(.unreachable, "refused"))
        case .serverError: return .failed(PeerFailure(.serverError, "503", mayHaveBeenApplied: request.isWrite))
        case .webPage: return .failed(PeerFailure(.invalidResponse, "a web page"))
        case .unnamed404: return .absent(.unnamed)
        }
    }

    /// What is written at the peer is recorded before, as an object of that very server.
    private func expectRecorded(_ request: PeerRequest) {
        let id: RemoteID
        switch request {
        case .listApps, .read: return
        case .create(let new, _): id = new
        case .replace(let old, _), .delete(let old): id = old
        }
        let url = try? self.target.get().location.url
        #expect(self.record?.id == id && self.record?.url == url, "\(request) without a record")
        if case .create(_, let object) = request {
            guard case .creating(let attempt) = self.record?.provenance else {
                Issue.record("created without a record of the attempt")
                return
            }
            #expect(attempt.digest == object.digest)
            #expect(attempt.until >= self.now + Self.timeout)
        }
    }

    /// Carries out what arrives late.
    private mutating func land() {
        let arrived = self.underway.filter { $0.arrival <= self.now }
        self.underway.removeAll { $0.arrival <= self.now }
        for (_, request) in arrived { _ = self.carryOut(request) }
    }

    private mutating func carryOut(_ request: PeerRequest) -> PeerResponse {
        if request.isWrite { self.writes.append(request) }
        switch request {
        case .listApps: return .apps(self.appExists ? [Self.app] : [])
        case .read(let id) where id == Self.appID:
            return self.appExists ? .found(.app(Self.app)) : self.absent(.object)
        case .read(let id):
            guard self.appExists else { return self.absent(.app) }
            if let moment = self.invisibleUntil, self.now < moment { return self.absent(.object) }
            return self.remote[id].map(PeerResponse.found) ?? self.absent(.object)
        case .create(let id, let object):
            guard self.appExists else { return .absent(.app) }
            if let other = self.onCreate { self.remote[id] = other }
            guard self.remote[id] == nil else { return .alreadyExists("exists") }
            self.remote[id] = object
            return self.saysNothingOfWrites ? .done : .found(object)
        case .replace(let id, let object):
            guard self.remote[id] != nil else { return .absent(.object) }
            self.remote[id] = object
            return self.saysNothingOfWrites ? .done : .found(object)
        case .delete(let id):
            return self.remote.removeValue(forKey: id) == nil ? self.absent(.object) : .done
        }
    }

    private func absent(_ part: AbsentPart) -> PeerResponse { .absent(self.namesWhatIsAbsent ? part : .unnamed) }
}

extension RemoteLine {
    /// The next step of a line in whose test no time passes.
    mutating func next(_ reply: Reply?) -> Step { self.next(reply, at: SimulatedWorld.start) }
}
