import ArgumentParser
import Clocks
import Console
import JSON
import KubernetesModel
import ResourceStore
import Resources

/// `peerage orphan`.
struct Orphan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let go of what is at a Big Peer: the resource goes, and its remote object stays as it is.",
        discussion: """
            Sets spec.deletionPolicy to Orphan, deletes the resource, and waits until its controller has let go. \
            Remove the manifest first: what a folder, a pipeline or a topology still declares is made again, and \
            adopts the remote object again. `peerage apply` of the manifest brings the resource back likewise.

            If no controller runs: peerage delete KIND NAME --force-orphan.

            Examples:
              peerage orphan bpr cars-berlin
              peerage orphan bpa/berlin-cars bpr/cars-berlin
              peerage orphan bpr -l env=old --dry-run
            """
    )

    @OptionGroup var selection: Selection
    @OptionGroup var server: ServerOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var action: ActionOptions

    @Option(help: "How long to wait until the resources are gone; 0s does not wait.", transform: parseDuration)
    var timeout = Duration.seconds(30)

    func run() async throws {
        let session = try self.server.session(isDryRun: self.dryRun.form == .server)
        let log = ActionLog("orphan", self.action.output, dryRun: self.dryRun.form)
        var waiting: [WaitTarget: String] = [:]
        for target in try await self.selection.targets(in: session) {
            guard target.kind.hasDeletionPolicy else {
                // With --all, kinds without anything of their own at a Big Peer are passed over.
                if !self.selection.objects.isEmpty {
                    log.complain(target.kind, target.key, "refused", Self.refusal(of: target.kind))
                }
                continue
            }
            do throws(APIStatus) {
                if let (marked, remains) = try await self.letGo(target, session, log) { waiting[marked] = remains }
            } catch {
                guard Verdict(of: error) == .no else { throw error }
                log.complain(target.kind, target.key, "refused", error.sentence)
            }
        }
        if self.timeout > .zero, !waiting.isEmpty { try await self.wait(for: waiting, session, log) }
        try log.end()
    }

    private static func refusal(of kind: ResourceKind) -> String {
        "a \(kind.kind) has nothing of its own at a Big Peer that could be let go; `peerage delete` removes it"
    }

    /// Has one resource let go; what to wait for when its controller has yet to do so.
    private func letGo(
        _ target: WaitTarget,
        _ session: Session,
        _ log: ActionLog
    ) async throws(APIStatus) -> (target: WaitTarget, remains: String)? {
        let live = try await session.store.get(target.kind, target.key)
        let remains = live.remoteSentence.map { "\($0) stays" } ?? "nothing of it is at a Big Peer"
        if self.dryRun.form != .client {
            let deleter = Deleter(store: session.store)
            if let object = try await Self.mark(target, deleter), self.dryRun.form == .none {
                if self.timeout == .zero { log.tell(target.kind, target.key, "marked for deletion", remains) }
                return (WaitTarget(kind: target.kind, key: target.key, uid: object.metadata.uid), remains)
            }
        }
        log.tell(target.kind, target.key, "orphaned", remains)
        return nil
    }

    /// Has a resource leave its remote object and go; `nil` when it is gone already.
    private static func mark(_ target: WaitTarget, _ deleter: Deleter) async throws(APIStatus) -> Object? {
        do throws(APIStatus) {
            try await deleter.orphan(target.kind, target.key)
            guard case .marked(let object) = try await deleter.delete(target.kind, target.key) else { return nil }
            return object
        } catch {
            // One that was on its way out already goes as soon as the policy lets it.
            guard error.reason == .notFound else { throw error }
            return nil
        }
    }

    private func wait(for targets: [WaitTarget: String], _ session: Session, _ log: ActionLog) async throws {
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: .deletion, Array(targets.keys), within: self.timeout) { target in
                log.tell(target.kind, target.key, "orphaned", targets[target])
            }
        for ledger in ledgers {
            for target in ledger.pending.keys.sorted(by: { $0.key < $1.key }) {
                let sentence = ledger.objects[target]?.deletionSentence(target.kind) ?? "it was not seen any more"
                log.note(target.kind, target.key, "pending", sentence)
                log.complain("after \(self.timeout.goText), \(sentence)")
            }
        }
    }
}
