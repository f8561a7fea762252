import Clocks
import KubernetesModel
import Planning
import Resources
import Synchronization
import TableReplication

/// Keeps what embedded peers of this process measure about replication, and says when it is worth telling.
///
/// *Guarantees:* a link that comes, goes or changes its state is told within a moment, and so is that a side has caught
/// up; other figures at most every ten seconds, and only when they have changed: once everything is received, nothing is
/// told any more.
final class ReplicationWatch: Sendable {
    /// Told which replications of an app are worth another look.
    typealias Listener =
        @Sendable (
            _ bigPeer: ObjectKey, _ app: String, _ changes: ReplicationMeasurement.Changes
        ) -> Void

    private struct Entry {
        var told: ReplicationMeasurement
        var toldAt: Duration
    }

    /// Between two tellings of figures.
    private static let patience = Duration.seconds(10)
    /// Between two looks, so that a burst of news is one; longer where a look takes long.
    private static let pause = Duration.milliseconds(200)
    /// When figures that were too young to be told are looked at again.
    private static let nextTry = Duration.seconds(1)

    private let news: ReplicationNews
    private let host: EmbeddedPeerHost
    private let names: PeerNames
    private let time: any Time
    private let entries = Mutex<[ObjectKey: [String: Entry]]>([:])

    /// Creates a watch.
    ///
    /// - Parameters:
    ///   - news: What the peers tell.
    ///   - host: What runs the peers.
    ///   - names: What peers are called.
    ///   - time: The clock.
    init(_ news: ReplicationNews, host: EmbeddedPeerHost, names: PeerNames, time: any Time) {
        self.names = names
        self.news = news
        self.host = host
        self.time = time
    }

    /// How the replication of an app was when it was told last; empty before there was any link, and `nil` where
    /// nothing is measured.
    func measurement(of app: String, at bigPeer: ObjectKey) -> ReplicationMeasurement? {
        guard self.host.isListening(bigPeer) else { return nil }
        let told = self.entries.withLock { $0[bigPeer]?[app]?.told } ?? ReplicationMeasurement()
        return told.naming(self.names.bigPeer)
    }

    /// The links of all peers that run, as they were told last.
    var links: [ReplicationMeasurement.Link] {
        self.entries.withLock { entries in
            entries.filter { self.host.isListening($0.key) }.values.flatMap(\.values).flatMap(\.told.links)
        }
    }

    /// How many peers run.
    var peerCount: Int { self.host.listeningCount }

    /// Looks at what is new, until the task is cancelled.
    ///
    /// - Parameter tell: Told what is worth another look.
    func run(_ tell: Listener) async {
        for await _ in self.news.wakes {
            var open: Set<ReplicationNews.Place> = []
            repeat {
                let began = self.time.monotonicNow
                open.formUnion(self.news.takeAll())
                for place in open where await self.look(at: place, tell) { open.remove(place) }
                let rest = max(Self.pause, (self.time.monotonicNow - began) * 4)
                guard (try? await self.time.sleep(for: open.isEmpty ? rest : max(rest, Self.nextTry))) != nil else {
                    return
                }
            } while !open.isEmpty
        }
    }

    /// Looks at one app, and tells what is worth it.
    ///
    /// - Returns: Whether nothing is left to be told later.
    private func look(at place: ReplicationNews.Place, _ tell: Listener) async -> Bool {
        guard let (app, status) = await self.host.replication(of: place.appID, at: place.bigPeer) else {
            await self.forget(place.bigPeer)
            return true
        }
        let measurement = ReplicationMeasurement(status)
        let now = self.time.monotonicNow
        let (changes, isDone) = self.entries.withLock { entries -> (ReplicationMeasurement.Changes?, Bool) in
            let before = entries[place.bigPeer]?[app]
            let changes = measurement.changes(since: before?.told ?? ReplicationMeasurement())
            guard changes.concernsAll || !changes.addresses.isEmpty else { return (nil, true) }
            guard changes.isUrgent || now - (before?.toldAt ?? .zero) >= Self.patience else { return (nil, false) }
            entries[place.bigPeer, default: [:]][app] = Entry(told: measurement, toldAt: now)
            return (changes, true)
        }
        if let changes { tell(place.bigPeer, app, changes) }
        return isDone
    }

    /// Forgets what a peer measured about apps that it has no more, and all that a stopped one did.
    private func forget(_ bigPeer: ObjectKey) async {
        let apps = await self.host.apps(at: bigPeer)
        self.entries.withLock { $0[bigPeer] = $0[bigPeer]?.filter { apps.contains($0.key) } }
    }
}

extension ReplicationMeasurement {
    /// What a peer says, in the words of resources.
    init(_ status: ReplicationStatus) {
        self.init(links: status.sessions.map(Link.init), refusedLogin: status.refusedLogin)
        self.lacksCredential = status.lacksCredential
    }
}

extension ReplicationMeasurement.Link {
    fileprivate init(_ link: LinkStatus) {
        self.init(
            session: ReplicationSession(
                peer: link.peer,
                isDialled: link.dialled,
                state: ReplicationSession.State(link),
                collections: link.collections.map { collection in
                    ReplicationSession.Collection(
                        name: collection.name,
                        documents: Int64(collection.documents),
                        usn: Int64(clamping: collection.usn),
                        remoteUSN: Int64(clamping: collection.remoteUSN),
                        lagChanges: Int64(clamping: collection.lagChanges),
                        lagMilliseconds: collection.lagMilliseconds
                    )
                }
            ),
            address: link.address,
            problem: link.lastError,
            receiving: Dictionary(
                link.collections.map { ($0.name, ReplicationMeasurement.Receiving($0)) },
                uniquingKeysWith: { first, _ in first }
            ),
            published: Set(link.publishing.map(\.name)),
            publishing: Set(link.publishing.filter { !$0.isLive }.map(\.name))
        )
    }
}

extension ReplicationMeasurement.Receiving {
    fileprivate init(_ collection: CollectionStatus) {
        self.init(
            isLive: collection.isLive,
            problem: collection.problem,
            refused: collection.refused.map { ReplicationMeasurement.Refusal(query: $0.query, reason: $0.reason) }
        )
    }
}

extension ReplicationSession.State {
    fileprivate init(_ link: LinkStatus) {
        self =
            switch link.state {
            case .connecting, .loggingIn: link.lastError == nil ? .connecting : .failed
            case .initial: .catchingUp
            case .live: .live
            }
    }
}
