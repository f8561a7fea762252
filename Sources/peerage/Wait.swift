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
              peerage wait --for=delete bpr/cars-berlin

            Exit codes: 0 all met, 1 the time is up, 2 nobody could tell.
            """
    )

    @Option(name: .customLong("for"), help: "condition=TYPE, condition=TYPE=STATUS or delete.")
    var condition: String

    @Argument(help: "KIND/NAME… or KIND NAME…; with --all, KIND.", completion: .kinds)
    var objects: [String] = []

    @Flag(help: "All objects of the kind that exist now.")
    var all = false

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions

    @Option(help: "How long to wait; 0s looks only once, a negative one waits for ever.", transform: parseDuration)
    var timeout = Duration.seconds(60)

    func run() async throws {
        let condition = try WaitCondition(self.condition)
        let session = try self.server.session()
        let targets = try await self.targets(session)
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: condition, targets, within: self.timeout < .zero ? nil : self.timeout) { target in
                Terminal.output.writeLine("\(target.label) \(condition.metSentence)")
            }
        let pending = ledgers.flatMap(\.pending).sorted { $0.key.key < $1.key.key }
        guard !pending.isEmpty else { return }
        Terminal.messages.writeLine("peerage: after \(self.timeout.goText), still waiting for:")
        Terminal.messages.write(lines: pending.map { "  \($0.key.label): \($0.value.oneLine)" })
        throw CommandFailure.silent(.no)
    }

    private func targets(_ session: Session) async throws -> [WaitTarget] {
        if !self.files.paths.isEmpty {
            let resources = try self.files.objects(for: session, namespace: self.server.namespace)
            let isDeletion = self.condition == "delete"
            return resources.filter { isDeletion || $0.kind.hasStatus }
                .map { WaitTarget(kind: $0.kind, key: $0.object.key) }
        }
        guard self.all else {
            return try ObjectArgument.parseNamed(self.objects).map {
                WaitTarget(kind: $0.kind, key: session.key($0.kind, $0.name ?? ""))
            }
        }
        var targets: [WaitTarget] = []
        for argument in try ObjectArgument.parse(self.objects) {
            guard argument.name == nil else {
                throw CommandFailure(.couldNotTell, "--all takes a KIND and no names")
            }
            let namespace = argument.kind.isNamespaced ? self.scope.namespace(in: session) : nil
            targets += try await session.store.list(argument.kind, namespace: namespace).objects.map {
                WaitTarget(kind: argument.kind, key: $0.key, uid: $0.metadata.uid)
            }
        }
        guard !targets.isEmpty else { throw CommandFailure(.no, "there is nothing to wait for: no object was found") }
        return targets
    }
}
