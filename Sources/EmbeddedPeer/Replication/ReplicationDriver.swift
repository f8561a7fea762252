import DequeModule
import Logging
import NIOCore
import PeerSockets
import TableReplication

/// Carries out what the peer's replication machine wants: its sockets, its clock and its stores.
///
/// *Expected flow:* `configure`, `opened(store:)` for each app, then it goes by itself until `stop`.
/// *Guarantees:* it belongs to one event loop, on which the machine, every socket and every timer live; only stores
/// work elsewhere, and their answers come back here. An event that arises while another is dealt with waits its turn.
final class ReplicationDriver {
    /// Told of an app whose status has something new.
    typealias StatusListener = (_ app: String) -> Void

    private let loop: any EventLoop
    private let executor: LoopTaskExecutor
    private let dialler: SocketDialler
    private let tls: ClientTLS?
    let logger: Logger
    private let onStatus: StatusListener

    private var node: ReplicationNode
    private var stores: [String: any ReplicatedDocuments] = [:]
    private var sockets: [LinkID: PeerSocket] = [:]
    private var links: [ObjectIdentifier: LinkID] = [:]
    /// Dials that are not wanted any more, and have not come to anything yet.
    private var abandoned: Set<LinkID> = []
    /// Links that this side has closed, and whose end is still to come.
    private var closing: Set<LinkID> = []
    /// Links that the machine believes to be full.
    private var full: Set<LinkID> = []
    private var accepted: UInt64 = 0
    private var toldStrangers = ToldStrangers()
    private var inputs: Deque<NodeInput> = []
    private var isHandling = false
    private var timer: (at: Duration, task: Scheduled<Void>)?
    private var isStopped = false

    init(
        loop: any EventLoop,
        node: ReplicationNode = ReplicationNode(),
        limits: SocketLimits,
        tls: ClientTLS?,
        logger: Logger,
        onStatus: @escaping StatusListener
    ) {
        self.loop = loop
        self.executor = LoopTaskExecutor(loop)
        self.node = node
        self.dialler = SocketDialler(limits: limits)
        self.tls = tls
        self.logger = logger
        self.onStatus = onStatus
    }

    /// The loop's steady clock.
    private var now: Duration { .nanoseconds(Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }

    // MARK: - What the peer tells

    /// Says what is wanted.
    func configure(_ configuration: NodeConfiguration) {
        self.handle(.configure(configuration))
    }

    /// An app's documents are there.
    func open(_ store: any ReplicatedDocuments, of app: String) {
        self.stores[app] = store
        self.handle(.storeOpened(app: app, store.position))
    }

    /// An app's documents are about to go.
    func closeStore(of app: String) {
        guard self.stores.removeValue(forKey: app) != nil else { return }
        self.handle(.storeClosed(app: app))
    }

    /// More of an app's changes survive a crash.
    func durable(_ usn: UInt64, of app: String) {
        guard self.stores[app] != nil else { return }
        self.handle(.durable(app: app, usn: usn))
    }

    /// Up to which number nobody who is connected needs an app's tombstones any more.
    func purgeLimit(of app: String) -> UInt64 {
        self.node.purgeLimit(of: app)
    }

    /// Tombstones of an app are about to be purged.
    func purged(_ usn: UInt64, of app: String) {
        guard self.stores[app] != nil else { return }
        self.handle(.purged(app: app, usn: usn))
    }

    /// How an app's replication is now.
    func status(of app: String) -> ReplicationStatus {
        self.node.status(of: app, at: self.now)
    }

    /// Ends every link; nothing happens after that.
    func stop() {
        self.isStopped = true
        self.timer?.task.cancel()
        self.timer = nil
        for socket in Array(self.sockets.values) { socket.close(.goingAway("the peer stops")) }
    }

    // MARK: - The machine

    private func handle(_ input: NodeInput) {
        guard !self.isStopped else { return }
        self.inputs.append(input)
        guard !self.isHandling else { return }
        self.isHandling = true
        self.handleWaiting()
    }

    /// So many inputs are dealt with before others have the loop.
    private static let inputsInOneTurn = 64

    /// Deals with what waits, in turns: a store that answers from memory would otherwise hold the loop until all that
    /// sessions may have is sent.
    private func handleWaiting() {
        for _ in 0..<Self.inputsInOneTurn {
            guard !self.isStopped, let input = self.inputs.popFirst() else {
                self.isHandling = false
                return
            }
            for action in self.node.handle(input, at: self.now) { self.perform(action) }
        }
        self.loop.assumeIsolated().execute { self.handleWaiting() }
    }

    private func perform(_ action: NodeAction) {
        switch action {
        case .dial(let link, let address, let app): self.dial(link, address, app: app)
        case .policy(let link, let policy):
            self.sockets[link]?.raiseLimits(
                message: policy.maximumMessageBytes,
                outgoingFrame: policy.maximumFrameBytes
            )
        case .send(let link, let message): self.send(message, over: link)
        case .reading(let link, true): self.sockets[link]?.resume()
        case .reading(let link, false): self.sockets[link]?.pause()
        case .close(let link, let reason): self.close(link, reason)
        case .loadCheckpoint(let session, let key):
            self.ask(key.app, session, NodeInput.checkpointLoaded) { store throws(StoreFailure) in
                try await store.loadCheckpoint(key)
            }
        case .read(let request):
            self.ask(request.app, request.session, NodeInput.read) { store throws(StoreFailure) in
                try await store.read(request)
            }
        case .fetch(let request):
            self.ask(request.app, request.session, NodeInput.fetched) { store throws(StoreFailure) in
                try await store.fetch(request)
            }
        case .apply(let request):
            self.ask(request.key.app, request.session, NodeInput.applied) { store throws(StoreFailure) in
                try await store.apply(request)
            }
        case .edit(let request): self.edit(request)
        case .strangeLogin(let address, let app):
            if self.toldStrangers.isNews(address, app) { self.logStranger(address, app: app) }
        case .wake(let time): self.wake(at: time)
        case .statusChanged(let app): self.onStatus(app)
        }
    }

    private func wake(at time: Duration) {
        if let timer = self.timer, timer.at == time { return }
        self.timer?.task.cancel()
        let (seconds, attoseconds) = max(.zero, time).components
        let deadline = NIODeadline.uptimeNanoseconds(
            UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        )
        let task = self.loop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            self.handle(.timer)
        }
        self.timer = (time, task)
    }
}

// MARK: - Sockets

extension ReplicationDriver: SocketOwner {
    private func dial(_ link: LinkID, _ address: PeerAddress, app: String) {
        guard case .dialled(let attempt) = link else { return }
        let target: SocketDialler.Target
        do throws(EmbeddedPeerError) {
            let place = try ListenAddress(parsing: address.hostAndPort)
            target = SocketDialler.Target(
                host: place.host,
                port: place.port,
                path: "/\(app)",
                tls: address.isSecure ? self.tls : nil
            )
        } catch {
            return self.handle(.closed(link, error: "\(error)"))
        }
        guard !address.isSecure || self.tls != nil else {
            return self.handle(.closed(link, error: "\(address.hostAndPort) wants TLS, and none is configured"))
        }
        self.dialler.dial(target, attempt: Int(attempt), on: self.loop, owner: self)
    }

    private func send(_ message: [UInt8], over link: LinkID) {
        guard let socket = self.sockets[link] else { return }
        socket.send(message)
        guard !socket.isWritable, self.full.insert(link).inserted else { return }
        self.handle(.writable(link, false))
    }

    private func close(_ link: LinkID, _ reason: LinkCloseReason) {
        if let socket = self.sockets[link] {
            if self.closing.insert(link).inserted { self.logClosing(socket, link, reason) }
            socket.close(SocketClose(code: reason.code, reason: reason.sentence))
        } else {
            self.abandoned.insert(link)
        }
    }

    func opened(_ socket: PeerSocket) {
        let link: LinkID
        switch socket.origin {
        case .dialled(let attempt): link = .dialled(UInt64(attempt))
        case .accepted:
            self.accepted += 1
            link = .accepted(self.accepted)
        }
        guard !self.isStopped, self.abandoned.remove(link) == nil else {
            // Its end is told to the machine all the same.
            self.links[ObjectIdentifier(socket)] = link
            return socket.close(.normal("not wanted any more"))
        }
        self.sockets[link] = socket
        self.links[ObjectIdentifier(socket)] = link
        self.logOpened(socket, link)
        switch socket.origin {
        case .dialled: self.handle(.opened(link))
        case .accepted(let path): self.handle(.accepted(link, address: socket.remoteHost, path: path))
        }
    }

    func received(_ message: [UInt8], on socket: PeerSocket) {
        guard let link = self.links[ObjectIdentifier(socket)] else { return }
        self.handle(.message(link, message))
    }

    func drained(_ socket: PeerSocket) {
        guard let link = self.links[ObjectIdentifier(socket)], self.full.remove(link) != nil else { return }
        self.handle(.writable(link, true))
    }

    func closed(_ socket: PeerSocket, _ reason: SocketClose) {
        guard let link = self.links.removeValue(forKey: ObjectIdentifier(socket)) else { return }
        self.sockets[link] = nil
        self.full.remove(link)
        if self.closing.remove(link) == nil { self.logClosed(socket, link, reason) }
        self.handle(.closed(link, error: reason.description))
    }

    func dialFailed(_ attempt: Int, _ reason: String) {
        let link = LinkID.dialled(UInt64(attempt))
        self.abandoned.remove(link)
        self.handle(.closed(link, error: reason))
    }
}

// MARK: - Stores

extension ReplicationDriver {
    /// Asks a store, and gives its answer to the machine.
    ///
    /// All of it happens on the loop, at once as far as the answer is in memory; only the store's own threads are waited
    /// for, not those of the pool.
    private func ask<Answer: Sendable>(
        _ app: String,
        _ session: SessionID,
        _ input: @escaping @Sendable (SessionID, Result<Answer, StoreFailure>) -> NodeInput,
        _ question: @escaping @Sendable (any ReplicatedDocuments) async throws(StoreFailure) -> Answer
    ) {
        guard let store = self.stores[app] else {
            return self.handle(input(session, .failure(StoreFailure("the app's store is closed"))))
        }
        let driver = NIOLoopBound(self, eventLoop: self.loop)
        let logger = self.logger
        Task.immediate(executorPreference: self.executor) { @Sendable in
            let answer: Result<Answer, StoreFailure>
            do throws(StoreFailure) {
                answer = .success(try await question(store))
            } catch {
                Self.logFailure(error, of: app, logger)
                answer = .failure(error)
            }
            driver.value.handle(input(session, answer))
        }
    }

    private func edit(_ request: EditRequest) {
        guard let store = self.stores[request.app] else {
            return self.handle(
                .edited(request.session, number: request.number, .refused("the app's store is closed"))
            )
        }
        let back = self.back
        store.edit(request) { back(.edited(request.session, number: request.number, $0)) }
    }

    /// The way back to the loop from any thread.
    private var back: @Sendable (NodeInput) -> Void {
        let driver = NIOLoopBound(self, eventLoop: self.loop)
        return { [loop] input in loop.execute { driver.value.handle(input) } }
    }
}
