import ArgumentParser
import Clocks
import Console
import HTTP
import JSON
import KubernetesClient
import KubernetesModel
import Operator
import PeerModel
import Planning
import ResourceStore
import Resources

/// `peerage export`.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a running Big Peer holds as manifests, ready to commit.",
        discussion: """
            All apps of the Big Peer and the replications that are named; the REST API has no list of those. With \
            --peer, the Big Peer and its credentials are those of a BigPeer on the server, and the replications that \
            are declared for it there are taken too. What is printed is valid, and applying it adopts everything and \
            changes nothing. Tokens are never printed.

            Examples:
              peerage export --url https://operator.example/operator-api --at ditto/bp1 --token-file token \\
                --name berlin cars-berlin drivers/backup > fleet/berlin.yaml
              peerage export --peer berlin > fleet/berlin.yaml
              peerage export --peer berlin cars-berlin | peerage diff -f -

            Exit codes: 0 done, 1 a replication was not found or the output is not valid, 2 nobody could tell.
            """
    )

    @Argument(help: "Replications: NAME, or APP/NAME.")
    var replications: [String] = []

    @Option(help: "A BigPeer on the server.")
    var peer: String?

    @Option(help: "The base URL of the Big Peer's REST API, when no BigPeer on the server is meant.")
    var url: String?

    @Option(help: ArgumentHelp("What the Big Peer is called in REST paths.", valueName: "namespace/name"))
    var at: String?

    @Option(help: "The file with the bearer token.", completion: .file())
    var tokenFile: String?

    @Option(help: "The file with the certificate authority to trust.", completion: .file())
    var caFile: String?

    @Option(help: "The name of the BigPeer to be made; else the name of --at.")
    var name: String?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard (self.peer == nil) != (self.url == nil) else {
            throw ValidationError("give either --peer NAME or --url URL")
        }
        if self.peer != nil, self.at ?? self.tokenFile ?? self.caFile ?? self.name != nil {
            throw ValidationError("--at, --token-file, --ca-file and --name go with --url; a BigPeer knows its own")
        }
    }

    func run() async throws {
        let source = if let peer { try await self.stored(peer) } else { try self.given() }
        let reader = PeerReader(
            source.objects,
            tokenFiles: source.tokenFiles,
            exchange: source.exchange,
            time: source.time
        )
        let apps = try await self.apps(of: source.bigPeer, reader)
        var names = try self.replications.map { word throws(CommandFailure) in try ReplicationName(word) }
        for name in source.declared where !names.contains(where: { $0.name == name.name }) { names.append(name) }
        var found: [ExportedPeer.Replication] = []
        var missing: [ReplicationName] = []
        for name in names {
            if let replication = try await self.find(name, apps, source.bigPeer.key, reader) {
                found.append(replication)
            } else {
                missing.append(name)
            }
        }
        let export = ExportedPeer(source.manifest, apps: apps, replications: found, resources: source.resources)
        let text = export.yaml(source: source.description, version: Version.current)
        let set = ManifestSet([ManifestFile(name: "<export>", bytes: Array(text.utf8))])
        let errors = set.diagnostics.filter { $0.severity == .error }
        Terminal.output.write(text)
        Terminal.messages.write(DiagnosticFormat.text.text(of: errors, version: Version.current))
        Terminal.messages.write(lines: source.notes)
        for name in missing {
            Terminal.messages.writeLine("peerage: the Big Peer has no replication \(name.description.oneLine)")
        }
        if names.isEmpty {
            Terminal.messages.writeLine("No replication was named, and the Big Peer cannot list them: add their names.")
        }
        if !errors.isEmpty || !missing.isEmpty { throw CommandFailure.silent(.no) }
    }

    private func apps(of bigPeer: Object, _ reader: PeerReader) async throws(CommandFailure) -> [PeerApp] {
        switch await reader.sight(bigPeer.key) {
        case .answered(let apps): return apps
        case .failed(let failure): throw CommandFailure(.couldNotTell, failure.message)
        case .obstructed(let obstacle): throw CommandFailure(.couldNotTell, obstacle.message)
        case .suspended, .awaitingDependents, .leaving:
            throw CommandFailure(.couldNotTell, "the BigPeer is not asked now")
        }
    }

    private func find(
        _ name: ReplicationName,
        _ apps: [PeerApp],
        _ key: ObjectKey,
        _ reader: PeerReader
    ) async throws(CommandFailure) -> ExportedPeer.Replication? {
        for app in name.app.map({ [$0] }) ?? apps.map(\.name) {
            switch await reader.replication(name.name, of: app, at: key) {
            case .success(.found(.replication(let replication))):
                return ExportedPeer.Replication(app: app, replication)
            case .success(.absent), .success(.takenByOtherApp): continue
            case .success(.failed(let failure)): throw CommandFailure(.couldNotTell, failure.message)
            case .success(.refused(_, let message)), .success(.alreadyExists(let message)):
                throw CommandFailure(.couldNotTell, "\(name): \(message)")
            case .success: throw CommandFailure(.couldNotTell, "\(name): the answer does not fit the question")
            case .failure(let obstacle): throw CommandFailure(.couldNotTell, obstacle.message)
            }
        }
        return nil
    }
}

/// A replication as it is named on the command line.
private struct ReplicationName: CustomStringConvertible {
    let app: String?
    let name: String

    init(app: String?, name: String) {
        self.app = app
        self.name = name
    }

    init(_ word: String) throws(CommandFailure) {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy({ DNSLabel($0) != nil }) else {
            throw CommandFailure(.couldNotTell, "\"\(word.oneLine)\" is not NAME or APP/NAME")
        }
        self.app = parts.count == 2 ? parts[0] : nil
        self.name = parts[parts.count - 1]
    }

    var description: String { self.app.map { "\($0)/\(self.name)" } ?? self.name }
}

/// Where to read, and what the manifest of the Big Peer shall be.
private struct ExportSource {
    /// The BigPeer to ask.
    let bigPeer: Object
    /// The BigPeer to print.
    let manifest: Object
    /// The BigPeer to ask, with the Secrets that it names.
    let objects: [Object]
    /// The replications that resources declare on it.
    var declared: [ReplicationName] = []
    /// The resources that declare apps and replications on it.
    var resources: [Object] = []
    /// What a person should know.
    var notes: [String] = []
    let exchange: any HTTPExchange
    /// Which token files may be read: any that is named on the command line.
    let tokenFiles: TokenFileAccess
    let time = SystemTime()

    var description: String {
        let peer = BigPeer(self.bigPeer)
        return "\(peer.identity) at \((try? peer.location.get().url) ?? "an unknown address")"
    }
}

extension Export {
    /// A BigPeer of the server.
    private func stored(_ name: String) async throws -> ExportSource {
        let session = try self.server.session()
        let key = session.key(.bigPeer, name)
        let bigPeer = try await session.store.get(.bigPeer, key)
        let secrets = try await session.secrets(of: BigPeer(bigPeer))
        var source = ExportSource(
            bigPeer: bigPeer,
            manifest: bigPeer,
            objects: [bigPeer] + secrets,
            exchange: session.exchange,
            tokenFiles: session.tokenFiles
        )
        for object in try await session.store.list(.bigPeerReplication, namespace: key.namespace).objects {
            let replication = BigPeerReplication(object)
            guard replication.bigPeerKey == key else { continue }
            source.declared.append(ReplicationName(app: replication.app, name: object.metadata.name))
            source.resources.append(object)
        }
        for object in try await session.store.list(.bigPeerApp, namespace: key.namespace).objects
        where BigPeerApp(object).bigPeerKey == key {
            source.resources.append(object)
        }
        return source
    }

    /// A Big Peer that only the command line knows.
    private func given() throws -> ExportSource {
        let identity = self.at?.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if let identity, identity.count != 2 || identity.contains("") {
            throw CommandFailure(.couldNotTell, "--at is not NAMESPACE/NAME, as in the paths of the REST API")
        }
        guard let name = self.name ?? identity?[1] else {
            throw CommandFailure(.couldNotTell, "give --at NAMESPACE/NAME, --name NAME, or both")
        }
        let namespace = self.server.namespace ?? PeerageAPI.defaultNamespace
        var endpoint: JSONValue = ["url": .string(self.url ?? "")]
        if let identity {
            endpoint["namespace"] = .string(identity[0])
            endpoint["bigPeerName"] = .string(identity[1])
        }
        var declared = endpoint
        var notes: [String] = []
        var objects: [Object] = []
        let secretCommand = "kubectl -n \(namespace) create secret generic"
        if let tokenFile {
            endpoint["auth"] = ["tokenFile": .string(tokenFile)]
            declared["auth"] = ["tokenSecretRef": ["name": .string(name), "key": "token"]]
            notes.append("The token is not in the output: \(secretCommand) \(name) --from-file=token=\(tokenFile)")
        }
        if let caFile {
            guard let bytes = try? TextFile.read(caFile) else {
                throw CommandFailure(.couldNotTell, "\(caFile) cannot be read")
            }
            let secret = "\(name)-ca"
            var object = Object(kind: .secret, metadata: ObjectMeta(name: secret, namespace: namespace))
            object.content["stringData"] = ["ca.crt": .string(String(decoding: bytes, as: UTF8.self))]
            objects.append(object)
            endpoint["tls"] = ["caSecretRef": ["name": .string(secret), "key": "ca.crt"]]
            declared["tls"] = endpoint["tls"]
            notes.append("The authority is not in the output: \(secretCommand) \(secret) --from-file=ca.crt=\(caFile)")
        }
        var bigPeer = Object(kind: .bigPeer, metadata: ObjectMeta(name: name, namespace: namespace))
        bigPeer.spec = ["endpoint": endpoint]
        var manifest = bigPeer
        manifest.spec = ["endpoint": declared]
        return ExportSource(
            bigPeer: bigPeer,
            manifest: manifest,
            objects: [bigPeer] + objects,
            notes: notes,
            exchange: HTTPClient(),
            tokenFiles: .ownUser
        )
    }
}
