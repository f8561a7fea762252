import Clocks
import PeerModel
import Planning
import Resources

/// A Big Peer and the stored half of one resource, moved by hand: what a line's steps act on.
///
/// The world outlives any number of lines, as a database and a remote server outlive a process.
struct SimulatedWorld {
    static let peer = PeerIdentity(namespace: "ditto", name: "bp1")
    static let id = RemoteID(peer: peer, object: .replication(app: "cars", name: "cars-berlin"))
    static let desired = replication(["10.0.0.7:4040"], ["cars": ["color = 'blue'"]])

    /// How the Big Peer treats a request.
    enum Fault: Hashable {
        /// It is carried out, and the answer arrives.
        case none
        /// It is carried out, and the answer is lost.
        case answerLost
        /// It is not carried out: nothing listens.
        case unreachable
        /// It is answered with a 503.
        case serverError
        /// It is answered with a web page.
        case webPage
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

    // The stored resource.
    var target: Result<RemoteSubject.Target, Obstacle> = .success(
        RemoteSubject.Target(id: id, url: "http://127.0.0.1:8080")
    )
    var desired = Self.desired
    var policy = SyncPolicy()
    var isBeingDeleted = false
    var hasFinalizer = false
    var record: RemoteRecord?
    var isSettled = false
    /// Whether a user has asked for a reconciliation; a run that ends has answered.
    var isRequested = false
    var rival: RemoteSubject.Rival?
    var now = Timestamp(seconds: 1_800_000_000)
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
            policy: self.policy,
            isBeingDeleted: self.isBeingDeleted,
            hasFinalizer: self.hasFinalizer,
            record: self.record,
            isSettled: self.isSettled,
            isRequested: self.isRequested,
            rival: self.rival,
            now: self.now
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
            switch line.next(reply) {
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
        let fault = self.faults.isEmpty ? Fault.none : self.faults.removeFirst()
        switch fault {
        case .none: return self.carryOut(request)
        case .answerLost:
            _ = self.carryOut(request)
            return .failed(PeerFailure(.timedOut, "lost", mayHaveBeenApplied: request.isWrite))
        case .unreachable: return .failed(PeerFailure(.unreachable, "refused"))
        case .serverError: return .failed(PeerFailure(.serverError, "503", mayHaveBeenApplied: request.isWrite))
        case .webPage: return .failed(PeerFailure(.invalidResponse, "a web page"))
        }
    }

    private mutating func carryOut(_ request: PeerRequest) -> PeerResponse {
        if request.isWrite { self.writes.append(request) }
        switch request {
        case .listApps: return .apps([])
        case .read(let id):
            guard self.appExists else { return .absent(.app) }
            if let moment = self.invisibleUntil, self.now < moment { return .absent(.object) }
            return self.remote[id].map(PeerResponse.found) ?? .absent(.object)
        case .create(let id, let object):
            guard self.appExists else { return .absent(.app) }
            guard self.remote[id] == nil else { return .alreadyExists("exists") }
            self.remote[id] = object
            return .found(object)
        case .replace(let id, let object):
            guard self.remote[id] != nil else { return .absent(.object) }
            self.remote[id] = object
            return .found(object)
        case .delete(let id):
            return self.remote.removeValue(forKey: id) == nil ? .absent(.object) : .done
        }
    }
}
