import Clocks
import KubernetesModel
import Planning
import Resources
import Synchronization
import TableReplication

/// Keeps what embedded peers of this process measure about replication, and says when it is worth telling.
///
/// *Guarantees:* a link that comes, goes or changes its state is told within a moment; figures at most every ten
/// seconds, and only when they have changed: once everything is received, nothing is told any more.
final class ReplicationWatch: Sendable {
    private struct Entry {
        var told: ReplicationMeasurement
        var toldAt: Duration
    }

    /// Between two tellings of figures.
    private static let patience = Duration.seconds(10)
    /// Between two looks, so that a burst of news is one.
    private static let pause = Duration.milliseconds(200)

    private let news: ReplicationNews
    private let host: EmbeddedPeerHost
    private let time: any Time
    private let tell: @Sendable (_ bigPeer: ObjectKey, _ app: String) -> Void
    private let entries = Mutex<[ObjectKey: [String: Entry]]>([:])

    init(
        _ news: ReplicationNews,
        host: EmbeddedPeerHost,
        time: any Time,
        tell: @escaping @Sendable (_ bigPeer: ObjectKey, _ app: String) -> Void
    ) {
        self.news = news
        self.host = host
        self.time = time
        self.tell = tell
    }

    /// How the replication of an app was when it was told last; empty before there was any link, and `nil` where
    /// nothing is measured.
    func measurement(of app: String, at bigPeer: ObjectKey) -> ReplicationMeasurement? {
        guard self.host.isListening(bigPeer) else { return nil }
        return self.entries.withLock { $0[bigPeer]?[app]?.told } ?? ReplicationMeasurement()
    }

    /// Looks at what is new, until the task is cancelled.
    func run() async {
        for await _ in self.news.wakes {
            var open: Set<ReplicationNews.Place> = []
            repeat {
                open.formUnion(self.news.takeAll())
                for place in open where await self.look(at: place) { open.remove(place) }
                guard (try? await self.time.sleep(for: open.isEmpty ? Self.pause : .seconds(1))) != nil else { return }
            } while !open.isEmpty
        }
    }

    /// Looks at one app, and tells what is worth it.
    ///
    /// - Returns: Whether nothing is left to be told later.
    private func look(at place: ReplicationNews.Place) async -> Bool {
        guard let (app, status) = await self.host.replication(of: place.appID, at: place.bigPeer) else { return true }
        let measurement = ReplicationMeasurement(status)
        let now = self.time.monotonicNow
        let (isDue, isDone) = self.entries.withLock { entries -> (Bool, Bool) in
            let before = entries[place.bigPeer]?[app]
            guard measurement != before?.told else { return (false, true) }
            let isUrgent = measurement.outline != before?.told.outline
            guard isUrgent || now - (before?.toldAt ?? .zero) >= Self.patience else { return (false, false) }
            entries[place.bigPeer, default: [:]][app] = Entry(told: measurement, toldAt: now)
            return (true, true)
        }
        if isDue { self.tell(place.bigPeer, app) }
        return isDone
    }
}

extension ReplicationMeasurement {
    /// What a peer says, in the words of resources.
    init(_ status: ReplicationStatus) {
        self.init(links: status.sessions.map(Link.init))
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
            published: Set(link.publishing.map(\.name))
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
