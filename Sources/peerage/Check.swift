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

/// `peerage check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look whether anything stands in the way: files, server, kinds, rights, Big Peers, app ids.",
        discussion: """
            Nothing is changed. With -f, what the files declare is checked as if it were applied; otherwise what the \
            server holds in the namespace. Without a kubeconfig, files and the Big Peers that they name are checked.

            Examples:
              peerage check
              peerage check -f fleet -R
              peerage check -A -o json

            Exit codes: 0 nothing stands in the way, 1 something does, 2 nobody could tell.
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case text
        /// For programs.
        case json
    }

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var scope: ScopeOptions

    @Option(name: .shortAndLong, help: "text or json.")
    var output: Form = .text

    func run() async throws {
        var report = CheckReport()
        let session = self.session(&report)
        var objects: [Object] = []
        let isServed = if let session { await self.checkServer(session, &report) } else { false }
        if let session, isServed {
            await self.checkFolder(session, &report)
            await self.checkKinds(session, &report)
            await self.checkRights(session, &report)
            for kind in CommandKinds.managed {
                objects += await self.listed(kind, session, &report)
            }
        }
        // What is declared counts, and may name what only the server holds.
        let declared = try await self.declared(session, isServed: isServed, &report)
        let given = declared.filter { $0.kind != ResourceKind.secret.kind }
        let shown = Set(given.map(\.key))
        let all = objects + declared
        let isListed = isServed && !report.lines.contains { $0.result == .unknown }
        let namespace = session.flatMap { self.scope.namespace(in: $0) }
        report.lines += await self.peerLines(all, wanted: self.files.paths.isEmpty ? nil : shown, session) { place in
            isListed && namespace.map { $0 == place } ?? true
        }
        switch self.output {
        case .json: Terminal.output.write(report.json.indentedText)
        case .text: Terminal.output.write(lines: report.text(Terminal.output.paint))
        }
        if report.verdict != .done { throw CommandFailure.silent(report.verdict) }
        if session == nil, self.files.paths.isEmpty { throw CommandFailure.silent(.couldNotTell) }
    }

    private func session(_ report: inout CheckReport) -> Session? {
        do throws(CommandFailure) {
            return try self.server.session()
        } catch {
            report.lines.append(CheckReport.Line(.apiServer, "", .skipped, error.message))
            return nil
        }
    }

    // MARK: - Files

    private func declared(
        _ session: Session?,
        isServed: Bool,
        _ report: inout CheckReport
    ) async throws -> [Object] {
        guard !self.files.paths.isEmpty else { return [] }
        let files = try self.files.read()
        var set = ManifestSet(files.files, defaultNamespace: session?.namespace ?? PeerageAPI.defaultNamespace)
        if let session, isServed { set = await self.files.completed(set, of: files, with: session) }
        let tally = Tally(set, files)
        Terminal.messages.write(
            DiagnosticFormat.text.text(of: files.diagnostics + set.diagnostics, version: Version.current)
        )
        report.lines.insert(
            CheckReport.Line(
                .files,
                "",
                tally.errors == 0 ? .passed : .failed,
                tally.sentence,
                advice: tally.errors == 0 ? nil : "Correct them where the lines above say."
            ),
            at: 0
        )
        return set.resources.map(\.object.withEncodedSecretText)
    }

    // MARK: - The API server

    private func checkServer(_ session: Session, _ report: inout CheckReport) async -> Bool {
        let address = session.client.cluster.server
        do throws(KubernetesError) {
            let version = try await session.client.version()["gitVersion"]?.string ?? "of an unknown version"
            report.lines.append(CheckReport.Line(.apiServer, address, .passed, "answers, \(version)"))
            return true
        } catch {
            report.lines.append(CheckReport.Line(.apiServer, address, .failed, error.status.sentence))
            return false
        }
    }

    private func checkFolder(_ session: Session, _ report: inout CheckReport) async {
        do throws(APIStatus) {
            report.lines += try await session.folderStanding()?.checkLines ?? []
        } catch {
            report.lines.append(CheckReport.Line(.folder, "", .unknown, error.sentence))
        }
    }

    private func checkKinds(_ session: Session, _ report: inout CheckReport) async {
        for definition in PeerageAPI.definitions {
            let kind = definition.kind
            let key = ObjectKey(namespace: "", name: kind.qualifiedPlural)
            do throws(APIStatus) {
                let live = try await session.store.get(.customResourceDefinition, key)
                report.lines.append(SchemaAge(definition, live.json).line(kind))
            } catch {
                report.lines.append(await self.line(ofServed: kind, error, session))
            }
        }
    }

    /// A kind whose definition cannot be read: our own server has none, and a cluster may not show it.
    private func line(ofServed kind: ResourceKind, _ refusal: APIStatus, _ session: Session) async -> CheckReport.Line {
        do throws(APIStatus) {
            _ = try await session.store.list(kind, namespace: session.namespace)
            let why = refusal.reason == .notFound ? "" : "; its definition cannot be read, so its age is not known"
            return CheckReport.Line(.kind, kind.qualifiedPlural, .passed, "is served\(why)")
        } catch {
            let isMissing = error.reason == .notFound
            return CheckReport.Line(
                .kind,
                kind.qualifiedPlural,
                .failed,
                isMissing ? "is not installed" : error.sentence,
                advice: isMissing ? "To have it, \(SchemaAge.installation)." : nil
            )
        }
    }

    private func checkRights(_ session: Session, _ report: inout CheckReport) async {
        let verbs = ["get", "list", "watch", "create", "update", "delete"]
        for kind in CommandKinds.managed + [.configMap] {
            var missing: [String] = []
            do throws(APIStatus) {
                for verb in verbs where try await !session.mayDo(verb, kind) { missing.append(verb) }
            } catch {
                let message = "the server does not tell: \(error.message)"
                report.lines.append(CheckReport.Line(.rights, kind.qualifiedPlural, .skipped, message))
                continue
            }
            report.lines.append(
                missing.isEmpty
                    ? CheckReport.Line(.rights, kind.qualifiedPlural, .passed, verbs.joined(separator: ", "))
                    : CheckReport.Line(
                        .rights,
                        kind.qualifiedPlural,
                        .failed,
                        "not allowed in namespace \(session.namespace): \(missing.joined(separator: ", "))",
                        advice: "Bind a role that allows it, or use another context with --context."
                    )
            )
        }
    }

    /// The objects that the server holds; what cannot be listed must not pass for nothing.
    private func listed(_ kind: ResourceKind, _ session: Session, _ report: inout CheckReport) async -> [Object] {
        let namespace = self.scope.namespace(in: session)
        do throws(APIStatus) {
            return try await session.store.list(kind, namespace: namespace).objects
        } catch {
            // A kind that is not there is told of as such.
            if error.reason == .notFound { return [] }
            let place = namespace.map { "namespace \($0)" } ?? "every namespace"
            let message = "cannot be listed in \(place): \(error.sentence)"
            report.lines.append(CheckReport.Line(.rights, kind.qualifiedPlural, .unknown, message))
            return []
        }
    }

    // MARK: - Big Peers

    private func peerLines(
        _ objects: [Object],
        wanted: Set<ObjectKey>?,
        _ session: Session?,
        isWhole: @escaping @Sendable (_ namespace: String) -> Bool
    ) async -> [CheckReport.Line] {
        var objects = objects
        let peers = Dictionary(objects.filter { $0.kind == ResourceKind.bigPeer.kind }.map { ($0.key, $0) }) { $1 }
        if let session {
            for peer in peers.values {
                // Secrets of the files come later in the list, and count.
                objects.insert(contentsOf: (try? await session.secrets(of: BigPeer(peer))) ?? [], at: 0)
            }
        }
        let reader = PeerReader(
            objects,
            tokenFiles: session?.tokenFiles ?? .ownUser,
            exchange: session?.exchange ?? HTTPClient(),
            time: SystemTime()
        )
        var sightings: [ObjectKey: PeerSighting] = [:]
        await withTaskGroup(of: (ObjectKey, PeerSighting).self) { group in
            for key in peers.keys { group.addTask { (key, await reader.sight(key)) } }
            for await (key, sighting) in group { sightings[key] = sighting }
        }
        return PeerChecks(objects, sightings: sightings, isWhole: isWhole).lines(of: wanted)
    }
}
