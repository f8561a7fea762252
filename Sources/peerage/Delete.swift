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
              peerage delete bpr/cars-berlin --force-orphan
            """
    )

    @Argument(help: "KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String] = []

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions

    @Flag(help: "Delete even if the remote object cannot be dealt with, and leave that where it is.")
    var forceOrphan = false

    @Option(help: ArgumentHelp("Whether to wait until the objects are gone.", valueName: "true|false"))
    var wait = true

    @Option(help: "How long to wait.", transform: parseDuration)
    var timeout = Duration.seconds(30)

    @Flag(help: "Do not mind objects that do not exist.")
    var ignoreNotFound = false

    func run() async throws {
        let named = try self.files.paths.isEmpty ? ObjectArgument.parseNamed(self.objects) : []
        let session = try self.server.session()
        let deadline = session.time.monotonicNow + self.timeout
        var verdict = Verdict.done
        let stages = try self.stages(named, session)
        for (index, stage) in stages.enumerated() {
            let result = try await self.delete(stage, until: deadline, session)
            verdict = .worst(verdict, result.verdict)
            if result.isStuck, index < stages.count - 1 {
                // What is still there may need what would go next, such as the Secret with its token.
                throw CommandFailure(.no, "nothing else was deleted, because what is still there may need it")
            }
        }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }

    /// The objects, kind by kind, so that each goes before what it needs.
    private func stages(_ named: [ObjectArgument], _ session: Session) throws(CommandFailure) -> [[WaitTarget]] {
        guard !self.files.paths.isEmpty else {
            return [named.map { WaitTarget(kind: $0.kind, key: session.key($0.kind, $0.name ?? "")) }]
        }
        guard self.objects.isEmpty else {
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

    private func delete(
        _ stage: [WaitTarget],
        until deadline: Duration,
        _ session: Session
    ) async throws -> (verdict: Verdict, isStuck: Bool) {
        let deleter = Deleter(store: session.store)
        var waiting: [WaitTarget] = []
        var verdict = Verdict.done
        for target in stage {
            do throws(APIStatus) {
                if self.forceOrphan {
                    verdict = .worst(verdict, try await Self.letGo(target, deleter))
                } else {
                    waiting += try await Self.delete(target, deleter)
                }
            } catch {
                guard Verdict(of: error) == .no else { throw error }
                if self.ignoreNotFound, error.reason == .notFound { continue }
                Terminal.messages.writeLine("peerage: \(error.sentence)")
                verdict = .no
            }
        }
        guard self.wait, !waiting.isEmpty else { return (verdict, false) }
        let rest = max(.milliseconds(1), deadline - session.time.monotonicNow)
        let isGone = try await self.wait(for: waiting, within: rest, session)
        return (isGone ? verdict : .no, !isGone)
    }

    private static func delete(_ target: WaitTarget, _ deleter: Deleter) async throws(APIStatus) -> [WaitTarget] {
        switch try await deleter.delete(target.kind, target.key) {
        case .gone:
            Terminal.output.writeLine("\(target.label) deleted")
            return []
        case .marked(let object):
            Terminal.output.writeLine("\(target.label) marked for deletion")
            return [WaitTarget(kind: target.kind, key: target.key, uid: object.metadata.uid)]
        }
    }

    private static func letGo(_ target: WaitTarget, _ deleter: Deleter) async throws(APIStatus) -> Verdict {
        let (object, finalizers) = try await deleter.letGo(target.kind, target.key)
        let remains = object.remoteSentence.map { "; \($0) stays" } ?? ""
        guard finalizers.isEmpty else {
            let names = finalizers.joined(separator: ", ")
            Terminal.messages.writeLine(
                "peerage: \(target.label) is still there: the finalizer \(names) of another program keeps it"
            )
            return .no
        }
        Terminal.output.writeLine("\(target.label) deleted\(remains)")
        return .done
    }

    /// Waits until objects are gone, and says of those that are not what is in the way.
    private func wait(for targets: [WaitTarget], within limit: Duration, _ session: Session) async throws -> Bool {
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: .deletion, targets, within: limit) { target in
                Terminal.output.writeLine("\(target.label) deleted")
            }
        var isGone = true
        for ledger in ledgers {
            for target in ledger.pending.keys.sorted(by: { $0.key < $1.key }) {
                let sentence =
                    ledger.objects[target]?.deletionSentence(target.kind) ?? "\(target.label) was not seen any more"
                Terminal.messages.writeLine("peerage: after \(self.timeout.goText), \(sentence.oneLine)")
                isGone = false
            }
        }
        return isGone
    }
}
