import ArgumentParser
import Console
import KubernetesModel
import ResourceStore
import Resources

/// `peerage graph`.
struct Graph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw who replicates with whom: topologies, and the replications that belong to none.",
        discussion: """
            Every arrow goes from the one that dials; beside it stands what flows which way. With -f nothing is asked \
            of any server, and nothing is said of how far things are.

            Examples:
              peerage graph
              peerage graph europe -o svg > europe.svg
              peerage graph -f fleet -R -o dot | dot -Tpng > fleet.png
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case text
        /// For Graphviz.
        case dot
        /// For browsers.
        case svg
    }

    @Argument(help: "Only this ReplicationTopology.")
    var name: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var files: FileOptions

    @Option(name: .shortAndLong, help: "text, dot or svg.")
    var output: Form = .text

    func run() async throws {
        let graph = self.files.paths.isEmpty ? try await self.live() : try self.offline()
        switch self.output {
        case .text: Terminal.output.write(lines: graph.lines(paint: Terminal.output.paint))
        case .dot: Terminal.output.write(graph.dot)
        case .svg: Terminal.output.write(graph.svg)
        }
    }

    private func live() async throws -> ReplicationGraph {
        let session = try self.server.session()
        let namespace = self.scope.namespace(in: session)
        // Members and their Big Peers may be in other namespaces than what names them.
        let bigPeers = try await session.store.list(.bigPeer, namespace: nil).objects
        if let name = self.name {
            let key = session.key(.replicationTopology, name)
            let topology = try await session.store.get(.replicationTopology, key)
            return ReplicationGraph(topologies: [topology], replications: [], bigPeers: bigPeers, isLive: true)
        }
        return ReplicationGraph(
            topologies: try await session.store.list(.replicationTopology, namespace: namespace).objects,
            replications: try await session.store.list(.bigPeerReplication, namespace: namespace).objects,
            bigPeers: bigPeers,
            isLive: true
        )
    }

    private func offline() throws -> ReplicationGraph {
        let files = try self.files.read()
        let set = ManifestSet(files.files)
        let diagnostics = files.diagnostics + set.diagnostics.filter { $0.severity == .error }
        Terminal.messages.write(DiagnosticFormat.text.text(of: diagnostics, version: Version.current))
        guard files.diagnostics.isEmpty else { throw CommandFailure.silent(.couldNotTell) }
        guard !set.hasErrors else { throw CommandFailure.silent(.no) }
        let namespace = self.server.namespace
        let objects = set.resources.map(\.object).filter {
            $0.kind == ResourceKind.bigPeer.kind || namespace == nil || $0.metadata.namespace == namespace
        }
        let topologies = objects.filter {
            $0.kind == ResourceKind.replicationTopology.kind && (self.name == nil || $0.metadata.name == self.name)
        }
        if let name = self.name, topologies.isEmpty {
            throw CommandFailure(.no, "there is no ReplicationTopology \"\(name.oneLine)\" in these files")
        }
        return ReplicationGraph(
            topologies: topologies,
            replications: self.name == nil ? objects.filter { $0.kind == ResourceKind.bigPeerReplication.kind } : [],
            bigPeers: objects.filter { $0.kind == ResourceKind.bigPeer.kind },
            isLive: false
        )
    }
}
