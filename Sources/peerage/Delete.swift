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
        let session = try self.server.session()
        let deleter = Deleter(store: session.store)
        var waiting: [WaitTarget] = []
        var verdict = Verdict.done
        for target in try self.targets(session) {
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
        if self.wait, !waiting.isEmpty {
            verdict = .worst(verdict, try await self.wait(for: waiting, session))
        }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }

    private func targets(_ session: Session) throws(CommandFailure) -> [WaitTarget] {
        guard self.files.paths.isEmpty else {
            guard self.objects.isEmpty else {
                throw CommandFailure(.couldNotTell, "give either -f PATH or KIND NAME, not both")
            }
            // What needs others goes before them.
            return try self.files.objects(for: session, namespace: self.server.namespace).reversed().map {
                WaitTarget(kind: $0.kind, key: $0.object.key)
            }
        }
        return try ObjectArgument.parseNamed(self.objects).map {
            WaitTarget(kind: $0.kind, key: session.key($0.kind, $0.name ?? ""))
        }
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

    private func wait(for targets: [WaitTarget], _ session: Session) async throws -> Verdict {
        let ledgers = try await Waiter(store: session.store, time: session.time)
            .wait(for: .deletion, targets, within: self.timeout) { target in
                Terminal.output.writeLine("\(target.label) deleted")
            }
        var verdict = Verdict.done
        for ledger in ledgers {
            for target in ledger.pending.keys.sorted(by: { $0.key < $1.key }) {
                let sentence =
                    ledger.objects[target]?.deletionSentence(target.kind) ?? "\(target.label) was not seen any more"
                Terminal.messages.writeLine("peerage: after \(self.timeout.goText), \(sentence.oneLine)")
                verdict = .no
            }
        }
        return verdict
    }
}
