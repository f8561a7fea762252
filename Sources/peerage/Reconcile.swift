import ArgumentParser
import Clocks
import Console
import KubernetesModel
import Resources

/// `peerage reconcile`.
struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have resources looked after now, and wait for the answer.",
        discussion: """
            Useful after a repair at a Big Peer, when the next attempt would come only minutes later.

            Examples:
              peerage reconcile bpr cars-berlin
              peerage reconcile bigpeer/berlin bigpeer/paris --timeout 2m

            Exit codes: 0 done and ready, 1 done and not ready or no answer in time, 2 nobody could tell.
            """
    )

    @Argument(help: "KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String]

    @OptionGroup var server: ServerOptions

    @Option(help: "How long to wait for the answer; 0s does not wait.", transform: parseDuration)
    var timeout = Duration.seconds(60)

    func run() async throws {
        let arguments = try ObjectArgument.parseManaged(self.objects)
        let session = try self.server.session()
        let moment = session.time.now().rfc3339Micro
        let editor = ObjectEditor(store: session.store)
        var targets: [WaitTarget] = []
        for argument in arguments {
            let key = session.key(argument.kind, argument.name ?? "")
            let (object, _) = try await editor.edit(argument.kind, key) { object in
                object.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = moment
            }
            targets.append(WaitTarget(kind: argument.kind, key: key, uid: object.metadata.uid))
            if self.timeout == .zero { Terminal.output.writeLine("\(argument.kind.label(of: key.name)) requested") }
        }
        guard self.timeout > .zero else { return }
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: .reconciled(at: moment), targets, within: self.timeout) { _ in }
        var verdict = Verdict.done
        for ledger in ledgers {
            for (target, cause) in ledger.pending.sorted(by: { $0.key.key < $1.key.key }) {
                Terminal.messages.writeLine("peerage: after \(self.timeout.goText), \(target.label): \(cause)")
                verdict = .no
            }
            for (target, object) in ledger.objects.sorted(by: { $0.key.key < $1.key.key })
            where ledger.pending[target] == nil {
                let health = Health(of: object)
                Terminal.output.writeLine("\(target.label) reconciled: \(health.level.word), \(health.message.oneLine)")
                if !health.isWell { verdict = .no }
            }
        }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }
}
