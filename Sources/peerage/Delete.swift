import ArgumentParser
import Clocks
import Console
import KubernetesModel
import ResourceStore
import Resources

/// `peerage delete`.
struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete objects, and wait until they are gone.",
        discussion: """
            Deleting a resource deletes what it stands for at the Big Peer, unless its deletionPolicy is Orphan \
            (which is the default of apps). If that cannot be done, the command says what is in the way. \
            --force-orphan lets go: the resource is deleted and its remote object stays where it is.

            Of files, what needs others goes first. With --wait=false the controllers keep that order; a Secret \
            and whatever else would be gone at once is left alone, with exit code 1, while something of the same \
            files still goes and may need it.

            Examples:
              peerage delete bpr cars-berlin
              peerage delete -f fleet -R
              peerage delete bpr -l env=old --dry-run
              peerage delete bpr/cars-berlin --force-orphan
            """
    )

    @OptionGroup var selection: Selection
    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var action: ActionOptions

    @Flag(help: "Delete even if the remote object cannot be dealt with, and leave that where it is.")
    var forceOrphan = false

    @Option(help: ArgumentHelp("Whether to wait until the objects are gone.", valueName: "true|false"))
    var wait = true

    @Option(help: "How long to wait.", transform: parseDuration)
    var timeout = Duration.seconds(30)

    @Flag(help: "Do not mind objects that do not exist.")
    var ignoreNotFound = false

    func run() async throws {
        let session = try self.server.session(isDryRun: self.dryRun.form == .server)
        let log = ActionLog("delete", self.action.output, dryRun: self.dryRun.form)
        let deadline = session.time.monotonicNow + self.timeout
        let stages = try await self.stages(session)
        var going: WaitTarget?
        for (index, stage) in stages.enumerated() {
            if let going, stage.contains(where: { !$0.kind.isKept }) {
                Self.spare(stage, for: going, log)
                continue
            }
            switch try await self.delete(stage, until: deadline, session, log) {
            case .gone: break
            case .going(let target): going = going ?? target
            case .stuck:
                if index == stages.count - 1 { break }
                // What is still there may need what would go next, such as the Secret with its token.
                log.complain("nothing else was deleted, because what is still there may need it")
                return try log.end()
            }
        }
        try log.end()
    }

    /// What became of a stage.
    private enum StageEnd {
        /// Nothing of it is there any more.
        case gone
        /// Something of it, such as this, goes when its controller has done its part; nobody waits for it.
        case going(WaitTarget)
        /// Something of it was refused, or is still there after the time to wait.
        case stuck
    }

    /// Leaves objects alone that have no finalizer and that something else may need until it is gone.
    private static func spare(_ stage: [WaitTarget], for going: WaitTarget, _ log: ActionLog) {
        for target in stage {
            let message = "was not deleted, because \(going.label) still goes and may need it; delete it after that"
            log.complain(target.kind, target.key, "kept", message)
        }
    }

    /// The objects, kind by kind, so that each goes before what it needs.
    private func stages(_ session: Session) async throws -> [[WaitTarget]] {
        guard !self.files.paths.isEmpty else {
            return [try await self.selection.targets(in: session, isManaged: false)]
        }
        guard self.selection.isEmpty else {
            throw CommandFailure(.couldNotTell, "give either -f PATH or KIND NAME, not both")
        }
        var stages: [[WaitTarget]] = []
        for resource in try self.files.objects(for: session, namespace: self.server.namespace).reversed() {
            let target = WaitTarget(kind: resource.kind, key: resource.object.key)
            if stages.last?.last?.kind == resource.kind {
                stages[stages.count - 1].append(target)
            } else {
                stages.append([target])
            }
        }
        return stages
    }

    /// Deletes the objects of a stage.
    private func delete(
        _ stage: [WaitTarget],
        until deadline: Duration,
        _ session: Session,
        _ log: ActionLog
    ) async throws -> StageEnd {
        let deleter = Deleter(store: session.store)
        var waiting: [WaitTarget] = []
        var isRefused = false
        for target in stage {
            do throws(APIStatus) {
                if self.dryRun.form != .none {
                    try await self.rehearse(target, session, log)
                } else if self.forceOrphan {
                    try await Self.letGo(target, deleter, log)
                } else {
                    waiting += try await Self.delete(target, deleter, log)
                }
            } catch {
                guard Verdict(of: error) == .no else { throw error }
                if self.ignoreNotFound, error.reason == .notFound { continue }
                if error.reason != .notFound { isRefused = true }
                log.complain(target.kind, target.key, "refused", error.sentence)
            }
        }
        guard self.wait else { return isRefused ? .stuck : waiting.first.map(StageEnd.going) ?? .gone }
        guard !waiting.isEmpty else { return isRefused ? .stuck : .gone }
        let rest = max(.milliseconds(1), deadline - session.time.monotonicNow)
        let isGone = try await self.wait(for: waiting, within: rest, session, log)
        return isGone && !isRefused ? .gone : .stuck
    }

    private func rehearse(_ target: WaitTarget, _ session: Session, _ log: ActionLog) async throws(APIStatus) {
        if self.dryRun.form == .server {
            _ = try await Deleter(store: session.store).delete(target.kind, target.key)
        } else {
            _ = try await session.store.get(target.kind, target.key)
        }
        log.tell(target.kind, target.key, "deleted")
    }

    private static func delete(
        _ target: WaitTarget,
        _ deleter: Deleter,
        _ log: ActionLog
    ) async throws(APIStatus) -> [WaitTarget] {
        switch try await deleter.delete(target.kind, target.key, uid: target.uid) {
        case .gone:
            log.tell(target.kind, target.key, "deleted")
            return []
        case .marked(let object):
            log.tell(target.kind, target.key, "marked for deletion")
            return [WaitTarget(kind: target.kind, key: target.key, uid: object.metadata.uid)]
        }
    }

    private static func letGo(_ target: WaitTarget, _ deleter: Deleter, _ log: ActionLog) async throws(APIStatus) {
        let (object, finalizers) = try await deleter.letGo(target.kind, target.key)
        guard finalizers.isEmpty else {
            let names = finalizers.joined(separator: ", ")
            let message = "is still there: the finalizer \(names) of another program keeps it"
            return log.complain(target.kind, target.key, "pending", message)
        }
        log.tell(target.kind, target.key, "deleted", object.remoteSentence.map { "\($0) stays" })
    }

    /// Waits until objects are gone, and says of those that are not what is in the way.
    private func wait(
        for targets: [WaitTarget],
        within limit: Duration,
        _ session: Session,
        _ log: ActionLog
    ) async throws -> Bool {
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: .deletion, targets, within: limit) { target in
                log.tell(target.kind, target.key, "deleted")
            }
        var isGone = true
        for ledger in ledgers {
            for target in ledger.pending.keys.sorted(by: { $0.key < $1.key }) {
                let sentence =
                    ledger.objects[target]?.deletionSentence(target.kind) ?? "\(target.label) was not seen any more"
                log.note(target.kind, target.key, "pending", sentence)
                log.complain("after \(self.timeout.goText), \(sentence)")
                isGone = false
            }
        }
        return isGone
    }
}

extension ResourceKind {
    /// Whether a finalizer of ours keeps objects of the kind, so that asking for their deletion early does no harm.
    fileprivate var isKept: Bool { self.group == PeerageAPI.group }
}
