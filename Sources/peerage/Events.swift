import ArgumentParser
import Clocks
import Console
import JSON
import KubernetesModel

/// `peerage events`.
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what happened, the newest last.",
        discussion: """
            Events are kept for about an hour; what is wrong now is in `peerage status`.

            Examples:
              peerage events
              peerage events --for bigpeer/berlin
              peerage events -A -w
              peerage events -o json       a List; with -w, an Event a line
            """
    )

    @Option(name: .customLong("for"), help: "Only events of this object.", completion: .kinds)
    var object: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// A table.
        case text
        /// Events as the server has them.
        case json
    }

    @Option(name: .shortAndLong, help: "text or json.")
    var output: Form = .text

    @Flag(name: .shortAndLong, help: "Go on printing events as they come, until interrupted.")
    var watch = false

    @Flag(help: "Leave the headings out.")
    var noHeaders = false

    func run() async throws {
        let object = try self.object.map { word throws(CommandFailure) in try ObjectArgument.parseNamed([word])[0] }
        let session = try self.server.session()
        var cache = ObjectCache()
        var table = ObjectTable(of: .event, hasNamespaces: self.scope.allNamespaces)
        var isFirst = true
        let follower = session.follower(of: .event, in: self.scope.namespace(in: session))
        try await follower.follow { news in
            let events = cache.take(news).compactMap(\.present).filter { event in
                guard let object, let name = object.name else { return true }
                let record = EventRecord(event)
                return record.objectKind == object.kind.kind && record.objectKey.name == name
            }
            if self.output == .json {
                if self.watch {
                    Terminal.output.write(lines: events.inOrderOfEvents.map(\.json.text))
                } else {
                    Terminal.output.write(ObjectPrinter.json(events.inOrderOfEvents, isList: true))
                }
                return self.watch
            }
            if events.isEmpty, isFirst, !self.watch { Terminal.messages.writeLine("No events.") }
            Terminal.output.write(
                lines: table.lines(
                    events.inOrderOfEvents,
                    now: session.time.now(),
                    hasHeadings: isFirst && !self.noHeaders,
                    width: Terminal.output.width,
                    paint: Terminal.output.paint
                )
            )
            isFirst = isFirst && events.isEmpty
            return self.watch
        }
    }
}
