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
        for (index, stage) in stages.enumerated() {
            let isGone = try await self.delete(stage, until: deadline, session, log)
            if !isGone, index < stages.count - 1 {
                // What is still there may need what would go next, such as the Secret with its token.
                log.complain("nothing else was deleted, because what is still there may need it")
                break
            }
        }
        try log.end()
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

    /// Deletes the objects of a stage; `false` when some of them are still there.
    private func delete(
        _ stage: [WaitTarget],
        until deadline: Duration,
        _ session: Session,
        _ log: ActionLog
    ) async throws -> Bool {
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
        guard self.wait, !waiting.isEmpty else { return !isRefused }
        let rest = max(.milliseconds(1), deadline - session.time.monotonicNow)
        let isGone = try await self.wait(for: waiting, within: rest, session, log)
        return isGone && !isRefused
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
