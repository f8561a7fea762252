import ArgumentParser
import Clocks
import Console
import JSON
import KubernetesModel
import ResourceStore

/// `peerage get`.
struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List objects in a table, or print them as YAML or JSON.",
        discussion: """
            KIND is a kind in any of its names (bigpeer, bigpeers, bp), several between commas, or all. Kinds: \
            bigpeer/bp, bigpeerapp/bpa, bigpeerreplication/bpr, replicationtopology/rt, secret, configmap/cm, event/ev, namespace/ns.

            The API server is the one of --kubeconfig, else of $KUBECONFIG, else of .peerage/kubeconfig below the \
            working folder, which `peerage run` writes; ~/.kube/config is used only when named.

            Examples:
              peerage get all -A
              peerage get bp berlin -o yaml
              peerage get bpr -l env=prod -o wide
              peerage get bpr -w
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// Columns.
        case table
        /// All columns.
        case wide
        /// YAML.
        case yaml
        /// JSON.
        case json
        /// `KIND/NAME`, a line each.
        case name
    }

    @Argument(help: "KIND, KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String]

    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions

    @Option(name: [.customShort("l"), .long], help: "Only objects whose labels match, such as env=prod,tier!=test.")
    var selector: String?

    @Option(name: .shortAndLong, help: "table, wide, yaml, json or name.")
    var output: Form = .table

    @Flag(name: .shortAndLong, help: "Go on printing objects as they change, until interrupted.")
    var watch = false

    @Flag(help: "Leave the headings out.")
    var noHeaders = false

    func run() async throws {
        let arguments = try ObjectArgument.parse(self.objects)
        let selector = try self.selector.map { text throws(CommandFailure) in try LabelSelector(argument: text) }
        let session = try self.server.session()
        if self.watch {
            try await self.follow(arguments, selector, session)
        } else {
            try await self.print(arguments, selector, session)
        }
    }

    // MARK: - Once

    private func print(_ arguments: [ObjectArgument], _ selector: LabelSelector?, _ session: Session) async throws {
        if self.scope.allNamespaces, arguments.contains(where: { $0.name != nil }) {
            throw CommandFailure(.couldNotTell, "an object has a name in one namespace only: use -n in place of -A")
        }
        var found: [(kind: ResourceKind, objects: [Object])] = []
        var verdict = Verdict.done
        for argument in arguments {
            do throws(APIStatus) {
                let objects = try await self.read(argument, session).filter { object in
                    selector?.matches(object.metadata.labels) ?? true
                }
                if let last = found.last, last.kind == argument.kind {
                    found[found.count - 1].objects += objects
                } else {
                    found.append((argument.kind, objects))
                }
            } catch {
                guard error.reason == .notFound, argument.name != nil else { throw error }
                Terminal.messages.writeLine("peerage: \(error.sentence)")
                verdict = .no
            }
        }
        self.show(found, isList: arguments.count > 1 || arguments.first?.name == nil, session)
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }

    private func read(_ argument: ObjectArgument, _ session: Session) async throws(APIStatus) -> [Object] {
        if let name = argument.name {
            return [try await session.store.get(argument.kind, session.key(argument.kind, name))]
        }
        let namespace = argument.kind.isNamespaced ? self.scope.namespace(in: session) : nil
        let objects = try await session.store.list(argument.kind, namespace: namespace).objects
        return argument.kind == .event ? objects.inOrderOfEvents : objects
    }

    private func show(_ found: [(kind: ResourceKind, objects: [Object])], isList: Bool, _ session: Session) {
        let all = found.flatMap(\.objects)
        switch self.output {
        case .yaml: Terminal.output.write(ObjectPrinter.yaml(all, isList: isList))
        case .json: Terminal.output.write(ObjectPrinter.json(all, isList: isList))
        case .name:
            for (kind, objects) in found {
                Terminal.output.write(lines: objects.map { kind.label(of: $0.metadata.name) })
            }
        case .table, .wide:
            if all.isEmpty, isList {
                // The words of kubectl, which scripts and people know.
                let isNamespaced = found.contains { $0.kind.isNamespaced } && !self.scope.allNamespaces
                let place = isNamespaced ? " in \(session.namespace) namespace." : ""
                Terminal.messages.writeLine("No resources found\(place)")
            }
            var isFirst = true
            for (kind, objects) in found where !objects.isEmpty {
                if !isFirst { Terminal.output.writeLine("") }
                isFirst = false
                var table = self.table(of: kind, hasKinds: found.count > 1)
                Terminal.output.write(lines: self.lines(objects, in: &table, hasHeadings: true, session))
            }
        }
    }

    private func table(of kind: ResourceKind, hasKinds: Bool = false) -> ObjectTable {
        ObjectTable(
            of: kind,
            isWide: self.output == .wide,
            hasNamespaces: self.scope.allNamespaces,
            hasKinds: hasKinds
        )
    }

    private func lines(
        _ objects: [Object],
        in table: inout ObjectTable,
        hasHeadings: Bool,
        _ session: Session
    ) -> [String] {
        table.lines(
            objects,
            now: session.time.now(),
            hasHeadings: hasHeadings && !self.noHeaders,
            width: Terminal.output.width,
            paint: Terminal.output.paint
        )
    }

    // MARK: - Watching

    private func follow(_ arguments: [ObjectArgument], _ selector: LabelSelector?, _ session: Session) async throws {
        guard let kind = arguments.first?.kind, arguments.allSatisfy({ $0.kind == kind }) else {
            throw CommandFailure(.couldNotTell, "-w follows one kind at a time; for everything: peerage status -w")
        }
        let names = Set(arguments.compactMap(\.name))
        let namespace = kind.isNamespaced ? self.scope.namespace(in: session) : nil
        var cache = ObjectCache()
        var table = self.table(of: kind)
        var hasHeadings = true
        try await session.follower(of: kind, in: namespace).follow { news in
            let objects = cache.take(news).map(\.object).filter { object in
                (names.isEmpty || names.contains(object.metadata.name))
                    && (selector?.matches(object.metadata.labels) ?? true)
            }
            guard !objects.isEmpty else { return true }
            switch self.output {
            case .table, .wide:
                Terminal.output.write(lines: self.lines(objects, in: &table, hasHeadings: hasHeadings, session))
                hasHeadings = false
            case .name: Terminal.output.write(lines: objects.map { kind.label(of: $0.metadata.name) })
            case .json: for object in objects { Terminal.output.writeLine(object.json.text) }
            case .yaml:
                for object in objects { Terminal.output.write("---\n" + ObjectPrinter.yaml([object], isList: false)) }
            }
            return true
        }
    }
}

extension CompletionKind {
    /// The kinds that the command line knows.
    static let kinds = CompletionKind.list(["all"] + CommandKinds.all.map(\.singular))
}
