import ArgumentParser
import Clocks
import Console
import JSON
import KubernetesModel
import ResourceStore
import Resources

/// `peerage reconcile`.
struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have resources looked after now, and wait for the answer.",
        discussion: """
            Useful after a repair at a Big Peer, when the next attempt would come only minutes later. Sets the \
            annotation peerage.dev/reconcile-requested-at to the time, and waits until \
            status.lastHandledReconcileAt says the same; any program may do so.

            Examples:
              peerage reconcile bpr cars-berlin
              peerage reconcile bigpeer/berlin bigpeer/paris --timeout 2m
              peerage reconcile --all -A
              peerage reconcile bpr -l env=prod

            What is suspended stays so, and says so.

            Exit codes: 0 done and ready, 1 done and not ready or no answer in time, 2 nobody could tell.
            """
    )

    @OptionGroup var selection: Selection
    @OptionGroup var server: ServerOptions
    @OptionGroup var action: ActionOptions

    @Option(help: "How long to wait for the answer; 0s does not wait.", transform: parseDuration)
    var timeout = Duration.seconds(60)

    func run() async throws {
        let session = try self.server.session()
        let log = ActionLog("reconcile", self.action.output)
        let moment = session.time.now().rfc3339Micro
        let editor = ObjectEditor(store: session.store)
        var targets: [WaitTarget] = []
        for target in try await self.selection.targets(in: session) {
            do throws(APIStatus) {
                let (object, _) = try await editor.edit(target.kind, target.key) { object in
                    object.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = moment
                }
                targets.append(WaitTarget(kind: target.kind, key: target.key, uid: object.metadata.uid))
                guard self.timeout == .zero else { continue }
                if object.isSuspended {
                    log.tell(target.kind, target.key, "suspended", target.resumption)
                } else {
                    log.tell(target.kind, target.key, "requested")
                }
            } catch {
                guard Verdict(of: error) == .no else { throw error }
                log.complain(target.kind, target.key, "refused", error.sentence)
            }
        }
        if self.timeout > .zero { try await self.wait(for: targets, moment, session, log) }
        try log.end()
    }

    private func wait(
        for targets: [WaitTarget],
        _ moment: String,
        _ session: Session,
        _ log: ActionLog
    ) async throws {
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: .reconciled(at: moment), targets, within: self.timeout) { _ in }
        for ledger in ledgers {
            for (target, object) in ledger.objects.sorted(by: { $0.key.key < $1.key.key })
            where ledger.pending[target] == nil {
                let health = Health(of: object, withLinks: false)
                guard health.level != .suspended else {
                    log.tell(target.kind, target.key, "suspended", target.resumption)
                    continue
                }
                log.tell(target.kind, target.key, "reconciled", "\(health.level.word), \(health.message)")
                if !health.isWell { log.fail() }
            }
            for (target, cause) in ledger.pending.sorted(by: { $0.key.key < $1.key.key }) {
                log.complain(target.kind, target.key, "pending", "after \(self.timeout.goText), \(cause)")
            }
        }
    }
}

extension Object {
    fileprivate var isSuspended: Bool { self.spec?["suspend"]?.bool == true }
}

extension WaitTarget {
    /// Why nothing was done about it, and what to do.
    fileprivate var resumption: String {
        let namespace = self.key.namespace.isEmpty ? "" : " -n \(self.key.namespace)"
        return "nothing is done while spec.suspend is set; "
            + "`peerage resume \(self.kind.singular)/\(self.key.name)\(namespace)` lets it go on"
    }
}
