import ArgumentParser
import Clocks
import Console
import KubernetesModel
import ResourceStore

/// `peerage describe`.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell everything about an object, and what to do if something is wrong.",
        discussion: """
            Examples:
              peerage describe bigpeer berlin
              peerage describe bpr/cars-berlin bpr/cars-paris
            """
    )

    @Argument(help: "KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String]

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let arguments = try ObjectArgument.parseNamed(self.objects)
        let session = try self.server.session()
        var verdict = Verdict.done
        var isFirst = true
        for argument in arguments {
            do throws(APIStatus) {
                let lines = try await Self.lines(argument, session)
                Terminal.output.write(lines: (isFirst ? [] : ["", ""]) + lines)
                isFirst = false
            } catch {
                guard error.reason == .notFound else { throw error }
                Terminal.messages.writeLine("peerage: \(error.sentence)")
                verdict = .no
            }
        }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }

    private static func lines(_ argument: ObjectArgument, _ session: Session) async throws(APIStatus) -> [String] {
        let kind = argument.kind
        let key = session.key(kind, argument.name ?? "")
        let object = try await session.store.get(kind, key)
        var events: [EventRecord] = []
        do throws(APIStatus) {
            let namespace = kind.isNamespaced ? key.namespace : nil
            events = try await session.store.list(.event, namespace: namespace).objects.inOrderOfEvents
                .map { EventRecord($0) }
                .filter { $0.isAbout(kind, key, uid: object.metadata.uid) }
        } catch {
            // The object is worth showing to whoever may not see events.
            guard error.reason == .forbidden || error.reason == .notFound else { throw error }
        }
        return Description(of: object, kind, events: events, now: session.time.now())
            .lines(width: Terminal.output.width, paint: Terminal.output.paint)
    }
}
