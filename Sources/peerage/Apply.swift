import ArgumentParser
import Clocks
import Console
import KubernetesModel
import Planning
import ResourceStore
import Resources

/// `peerage apply`.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the server's objects what manifest files say.",
        discussion: """
            All files are checked first; if anything is wrong with any of them, nothing is applied. Fields that a \
            manifest never named stay as they are; fields that it no longer names are removed. `kubectl apply` and \
            this command may take turns on one object.

            With --inventory, an account is kept on the server of what was applied. With --prune as well, what the \
            account holds and the files do not is deleted, and nothing else ever: not an object that somebody made \
            anew since, not one with the annotation peerage.dev/prune: disabled, no Namespace, nothing while an \
            object could not be applied, nothing when the files hold no object, and never more at once than \
            --max-deletes allows. What is held back is said, and makes the exit code 1.

            Examples:
              peerage apply -f fleet -R
              peerage apply -f berlin.yaml --dry-run
              peerage apply -f fleet -R --inventory fleet --prune --dry-run=server
              peerage apply -f fleet -R --inventory fleet --prune
              kustomize build . | peerage apply -f -

            Then: peerage wait --for=condition=Ready -f fleet -R

            Exit codes: 0 done, 1 something was refused or held back, 2 nobody could tell.
            """
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var inventory: InventoryOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var action: ActionOptions

    @Option(help: "How long a Secret waits to be pruned for what may need it to go.", transform: parseDuration)
    var timeout = Duration.seconds(60)

    func run() async throws {
        let session = try self.server.session(isDryRun: self.dryRun.form == .server)
        let log = ActionLog("apply", self.action.output, dryRun: self.dryRun.form)
        let resources = try await self.files.objectsToApply(for: session, namespace: self.server.namespace)
        let book = try self.inventory.book(session)
        var set = try await book?.read() ?? AppliedSet()
        // What is entered before it is written is still known if this run is cut short.
        set.enter(resources.map(\.object))
        if self.dryRun.form == .none { try await book?.edit { $0.enter(resources.map(\.object)) } }
        var applied: [Object] = []
        var refused: [Object] = []
        do {
            for resource in resources {
                if let object = try await self.apply(resource, session, log) {
                    applied.append(object)
                } else {
                    refused.append(resource.object)
                }
            }
        } catch {
            // The server went away; what is known so far is worth keeping, if it comes back.
            if self.dryRun.form == .none { try? await book?.edit { $0.note(applied: applied, refused: refused) } }
            throw error
        }
        set.note(applied: applied, refused: refused)
        if self.dryRun.form == .none { try await book?.edit { $0.note(applied: applied, refused: refused) } }
        if self.inventory.prune, let book {
            let declared = Set(resources.map { Inventory.Entry($0.object) })
            try await self.prune(set, declared, failures: refused.count, book, session, log)
        }
        try log.end()
    }

    /// Applies one object; `nil` when it was refused, which has been told then.
    private func apply(
        _ resource: ValidatedResource,
        _ session: Session,
        _ log: ActionLog
    ) async throws(APIStatus) -> Object? {
        let applier = Applier(store: session.store)
        let key = resource.object.key
        do throws(APIStatus) {
            let verb: Applier.Verb
            let object: Object
            if self.dryRun.form == .client {
                let proposal = try await applier.proposal(resource.kind, resource.object)
                if let refusal = proposal.refusal { throw refusal }
                (verb, object) = (proposal.verb, proposal.merged)
            } else {
                (verb, object) = try await applier.apply(resource.kind, resource.object)
            }
            log.tell(resource.kind, key, verb.rawValue)
            if object.metadata.isBeingDeleted {
                log.complain(resource.kind, key, "terminating", "is being deleted; apply again when it is gone")
            }
            return object
        } catch {
            // Without a server, the others would fail in the same way.
            guard Verdict(of: error) == .no else { throw error }
            log.complain(resource.kind, key, "refused", error.sentence)
            return nil
        }
    }

    private func prune(
        _ set: AppliedSet,
        _ declared: Set<Inventory.Entry>,
        failures: Int,
        _ book: InventoryBook,
        _ session: Session,
        _ log: ActionLog
    ) async throws {
        let pruner = Pruner(book, store: session.store, time: session.time)
        let plan = try await pruner.plan(
            set,
            declared: declared,
            failures: failures,
            maximumDeletes: self.inventory.maxDeletes
        )
        for kept in plan.kept { log.tell(kept.entry, "kept", kept.reason) }
        for entry in plan.leaving { log.tell(entry, "terminating", "its deletion was asked for before") }
        for entry in plan.held { log.note(entry, "held back") }
        if let sentence = plan.heldSentence { log.complain(sentence) }
        switch self.dryRun.form {
        case .client: for doomed in plan.doomed { log.tell(doomed.entry, "pruned") }
        case .server: _ = try await pruner.carryOut(plan, within: nil) { log.tell($0, $1) }
        case .none:
            let finished = try await pruner.carryOut(plan, within: self.timeout) { log.tell($0, $1) }
            let forgotten = finished + plan.vanished + plan.kept.map(\.entry)
            try await book.edit { set in for entry in forgotten { set.uids[entry] = nil } }
        }
    }
}

extension ActionLog {
    fileprivate func tell(_ entry: Inventory.Entry, _ result: String, _ message: String? = nil) {
        if let kind = entry.resourceKind { self.tell(kind, entry.key, result, message) }
    }

    fileprivate func tell(_ entry: Inventory.Entry, _ result: Pruner.Result) {
        guard let kind = entry.resourceKind else { return }
        switch result {
        case .pruned: self.tell(kind, entry.key, "pruned")
        case .marked: self.tell(kind, entry.key, "pruned", "marked for deletion, and goes when its finalizers allow")
        case .failed(let status): self.complain(kind, entry.key, "not pruned", status.sentence)
        case .postponed:
            self.complain(kind, entry.key, "held back", "is still there, because what may need it is; apply again")
        }
    }

    fileprivate func note(_ entry: Inventory.Entry, _ result: String) {
        if let kind = entry.resourceKind { self.note(kind, entry.key, result) }
    }
}
