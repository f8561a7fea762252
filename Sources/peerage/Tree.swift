import ArgumentParser
import Console
import JSON
import KubernetesModel
import ResourceStore

/// `peerage tree`.
struct Tree: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what belongs to what: Big Peers, their apps and replications, and what these own.",
        discussion: """
            Each line has the object's conditions and, if something is wrong, why.

            Examples:
              peerage tree
              peerage tree bigpeer/berlin
              peerage tree -A -o json
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case text
        /// For programs.
        case json
    }

    @Argument(help: "Only these objects and what stands under them: KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String] = []

    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions

    @Option(name: .shortAndLong, help: "text or json.")
    var output: Form = .text

    func run() async throws {
        let arguments = try self.objects.isEmpty ? [] : ObjectArgument.parse(self.objects)
        let session = try self.server.session()
        let namespace = self.scope.namespace(in: session)
        var objects: [(kind: ResourceKind, objects: [Object])] = []
        for kind in CommandKinds.managed {
            objects.append((kind, try await session.store.list(kind, namespace: namespace).objects))
        }
        let tree = ResourceTree(of: objects)
        let nodes =
            arguments.isEmpty
            ? tree.roots
            : tree.nodes { node in
                arguments.contains { $0.kind == node.kind && ($0.name ?? node.object.key.name) == node.object.key.name }
            }
        switch self.output {
        case .json: Terminal.output.write(ResourceTree.json(of: nodes).indentedText)
        case .text:
            let paint = Terminal.output.paint
            for node in nodes {
                Terminal.output.write(lines: node.lines(hasNamespaces: self.scope.allNamespaces, paint: paint))
            }
        }
        let missing = arguments.filter { argument in
            argument.name != nil && !nodes.contains { $0.kind == argument.kind && $0.object.key.name == argument.name }
        }
        for argument in missing {
            Terminal.messages.writeLine("peerage: \(argument.kind.label(of: argument.name ?? "")) was not found")
        }
        if !missing.isEmpty { throw CommandFailure.silent(.no) }
        if nodes.isEmpty { Terminal.messages.writeLine("Nothing found.") }
    }
}
