import ArgumentParser
import Clocks
import Console
import JSON
import KubernetesModel
import ResourceStore
import Resources
import Synchronization

/// `peerage status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how everything is on one screen, and what to do, the most urgent first.",
        discussion: """
            Examples:
              peerage status
              peerage status -A -w           live, on a terminal
              peerage status -A -o json      for programs; fields keep their names

            Exit codes: 0 all is well, 1 something is not, 2 nobody could tell.
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case text
        /// For programs.
        case json
    }

    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions

    @Option(name: .shortAndLong, help: "text or json.")
    var output: Form = .text

    @Flag(name: .shortAndLong, help: "Go on showing it as it changes; in a pipe it is shown once.")
    var watch = false

    func run() async throws {
        let session = try self.server.session()
        if self.watch, self.output == .text, Terminal.output.isScreen {
            try await LiveStatus(session, namespace: self.scope.namespace(in: session)).show()
        } else {
            let report = try await self.read(session)
            switch self.output {
            case .json: Terminal.output.write(report.json.indentedText)
            case .text:
                let lines = report.lines(
                    now: session.time.now(),
                    width: Terminal.output.width,
                    paint: Terminal.output.paint
                )
                Terminal.output.write(lines: lines)
            }
            if report.verdict != .done { throw CommandFailure.silent(report.verdict) }
        }
    }

    private func read(_ session: Session) async throws(APIStatus) -> StatusReport {
        let namespace = self.scope.namespace(in: session)
        return StatusReport(
            bigPeers: try await session.store.list(.bigPeer, namespace: namespace).objects,
            apps: try await session.store.list(.bigPeerApp, namespace: namespace).objects,
            replications: try await session.store.list(.bigPeerReplication, namespace: namespace).objects,
            topologies: try await session.store.list(.replicationTopology, namespace: namespace).objects,
            folder: try await session.folderStanding()
        )
    }
}

/// The report, drawn anew whenever something changes, until the program is interrupted.
private final class LiveStatus: Sendable {
    private let session: Session
    private let namespace: String?
    private let caches = Mutex<[ResourceKind: ObjectCache]>([:])
    private let interruption = Mutex<String?>(nil)
    private let folder = Mutex<FolderStanding?>(nil)

    /// How often ages, and what is known of the folder of manifests, are brought up to date.
    private static let tick = Duration.seconds(5)
    /// The shortest time between two drawings.
    private static let rest = Duration.milliseconds(100)

    init(_ session: Session, namespace: String?) {
        self.session = session
        self.namespace = namespace
    }

    func show() async throws {
        // One element is enough: what is drawn is always the newest.
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for kind in CommandKinds.managed {
                group.addTask { try await self.follow(kind) { continuation.yield() } }
            }
            group.addTask {
                while true {
                    await self.lookAtFolder()
                    continuation.yield()
                    try await self.session.time.sleep(for: Self.tick)
                }
            }
            group.addTask {
                for await _ in changes {
                    self.draw()
                    try await self.session.time.sleep(for: Self.rest)
                }
            }
            try await group.next()
        }
    }

    private func follow(_ kind: ResourceKind, _ onChange: @escaping @Sendable () -> Void) async throws {
        let follower = Follower(kind, in: self.namespace, store: self.session.store, time: self.session.time) {
            status in
            self.interruption.withLock { $0 = status.sentence.oneLine }
            onChange()
        }
        try await follower.follow { news in
            self.interruption.withLock { $0 = nil }
            self.caches.withLock { _ = $0[kind, default: ObjectCache()].take(news) }
            onChange()
            return true
        }
    }

    /// Asks for what cannot be followed; whether the server answers at all is told by those that follow.
    private func lookAtFolder() async {
        do throws(APIStatus) {
            // None is an answer, too: a server that watches no folder any more has no trouble with one.
            let folder = try await self.session.folderStanding()
            self.folder.withLock { $0 = folder }
        } catch {
            return
        }
    }

    private func draw() {
        let caches = self.caches.withLock(\.self)
        guard CommandKinds.managed.allSatisfy({ caches[$0]?.isFilled ?? false }) else { return }
        let report = StatusReport(
            bigPeers: caches[.bigPeer]?.objects ?? [],
            apps: caches[.bigPeerApp]?.objects ?? [],
            replications: caches[.bigPeerReplication]?.objects ?? [],
            topologies: caches[.replicationTopology]?.objects ?? [],
            folder: self.folder.withLock(\.self)
        )
        // The screen may have become another size since the program started.
        let screen = Terminal.current
        let interruption = self.interruption.withLock(\.self).map { "This is not the newest: \($0)" }
        let warning = interruption.map { $0.wrapped(to: screen.width).map { screen.paint($0, .bad) } + [""] } ?? []
        screen.redraw(
            warning + report.lines(now: self.session.time.now(), width: screen.width, paint: screen.paint)
        )
    }
}
