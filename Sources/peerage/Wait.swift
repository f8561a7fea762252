import ArgumentParser
import Clocks
import Console
import KubernetesModel
import ResourceStore
import Resources

/// `peerage wait`.
struct Wait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Wait until objects are ready, or gone.",
        discussion: """
            A condition counts only when it speaks of the newest spec, so that waiting right after an apply never \
            believes yesterday's answer. Objects that do not exist yet are waited for. When the time is up, the \
            command says for each object what it lacks.

            Examples:
              peerage wait --for=condition=Ready bigpeer/berlin
              peerage wait --for=condition=Ready -f fleet -R --timeout 5m
              peerage wait --for=condition=Ready --all bpr
              peerage wait --for=condition=Synced bpr -l env=prod -A
              peerage wait --for=delete bpr/cars-berlin

            Exit codes: 0 all met, 1 the time is up, 2 nobody could tell.
            """
    )

    @Option(name: .customLong("for"), help: "condition=TYPE, condition=TYPE=STATUS or delete.")
    var condition: String

    @OptionGroup var selection: Selection
    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var action: ActionOptions

    @Option(help: "How long to wait; 0s looks only once, a negative one waits for ever.", transform: parseDuration)
    var timeout = Duration.seconds(60)

    func run() async throws {
        let condition = try WaitCondition(self.condition)
        let session = try self.server.session()
        let log = ActionLog("wait", self.action.output)
        let targets = try await self.targets(condition, session)
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: condition, targets, within: self.timeout < .zero ? nil : self.timeout) { target in
                log.tell(target.kind, target.key, condition.metSentence)
            }
        let pending = ledgers.flatMap(\.pending).sorted { $0.key.key < $1.key.key }
        if !pending.isEmpty {
            Terminal.messages.writeLine("peerage: after \(self.timeout.goText), still waiting for:")
            Terminal.messages.write(lines: pending.map { "  \($0.key.label): \($0.value.oneLine)" })
            for (target, cause) in pending { log.note(target.kind, target.key, "pending", cause) }
            log.fail()
        }
        try log.end()
    }

    private func targets(_ condition: WaitCondition, _ session: Session) async throws -> [WaitTarget] {
        guard !self.files.paths.isEmpty else {
            return try await self.selection.targets(in: session, isManaged: false)
        }
        guard self.selection.isEmpty else {
            throw CommandFailure(.couldNotTell, "give either -f PATH or KIND NAME, not both")
        }
        return try self.files.objects(for: session, namespace: self.server.namespace)
            .filter { condition == .deletion || $0.kind.hasStatus }
            .map { WaitTarget(kind: $0.kind, key: $0.object.key) }
    }
}
