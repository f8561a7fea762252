import ArgumentParser
import BigPeerAPI
import Clocks
import Console
import HTTP
import JSON
import KubernetesModel
import Operator
import PeerModel
import Planning
import ResourceStore
import Resources

/// `peerage query`.
struct Query: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Execute a DQL statement at a Big Peer: SELECT, INSERT, UPDATE, DELETE, EVICT.",
        discussion: """
            The peer's data API is found through its BigPeer: status.endpoints.data of an embedded one, \
            spec.endpoint.dataURL of another. A statement with parameters takes their values from --args.

            Examples:
              peerage query --peer berlin --app cars "SELECT * FROM cars WHERE color = 'blue'"
              peerage query --peer berlin --app cars "INSERT INTO cars DOCUMENTS (:car)" \\
                --args '{"car": {"_id": "vw1", "color": "blue"}}'
              peerage query --peer berlin --app cars "SELECT count(*) FROM cars" -o json

            Exit codes: 0 executed, 1 refused (a bad statement, an app that is not there), 2 nobody could tell.
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case table
        /// For programs: the answer as the peer gave it.
        case json
    }

    @Argument(help: "The statement.")
    var statement: String

    @Option(help: "The BigPeer to ask.")
    var peer: String

    @Option(help: "The app, by its name at the peer or by its id.")
    var app: String

    @Option(help: "The values of the statement's parameters, as a JSON object.")
    var args: String?

    @Option(help: "A file with the token of an external peer's data API.", completion: .file())
    var tokenFile: String?

    @Option(name: .shortAndLong, help: "table or json.")
    var output: Form = .table

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let arguments = try self.arguments()
        let session = try self.server.session()
        let object = try await session.store.get(.bigPeer, session.key(.bigPeer, self.peer))
        let peer = BigPeer(object)
        let objects = try await [object] + session.secrets(of: peer)
        let reader = PeerReader(
            objects,
            tokenFiles: session.tokenFiles,
            exchange: session.exchange,
            time: session.time
        )
        let appID = try await self.appID(at: peer, reader)
        let statement = DataStatement(self.statement, arguments: arguments, appID: appID)
        switch await reader.execute(statement, at: peer.key, tokenFile: self.tokenFile) {
        case .success(let answer): self.show(answer)
        case .failure(.unanswered(let message)): throw CommandFailure(.couldNotTell, message)
        case .failure(.refused(let message, let line, let column)):
            throw CommandFailure(.no, self.refusal(message, line: line, column: column))
        }
    }

    private func arguments() throws(CommandFailure) -> JSONObject {
        guard let text = self.args else { return JSONObject() }
        do {
            guard let object = try JSONValue(parsing: Array(text.utf8)).object else {
                throw CommandFailure(.couldNotTell, "--args must be a JSON object, such as '{\"color\": \"blue\"}'")
            }
            return object
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.couldNotTell, "--args is not JSON: \(error)")
        }
    }

    private func appID(at peer: BigPeer, _ reader: PeerReader) async throws(CommandFailure) -> String {
        if let app = peer.status.apps.first(where: { $0.name == self.app }), let id = app.appID {
            return id.description
        }
        if let id = AppID(self.app) { return id.description }
        // The status is as old as the last look; the peer itself knows.
        let apps: [PeerApp]
        switch await reader.sight(peer.key) {
        case .answered(let held): apps = held
        case .obstructed(let obstacle): throw self.unknownApp("BigPeer \"\(peer.key)\": \(obstacle.message)")
        case .failed(let failure): throw self.unknownApp("BigPeer \"\(peer.key)\": \(failure.message)")
        case .suspended, .awaitingDependents, .leaving:
            throw self.unknownApp("BigPeer \"\(peer.key)\" cannot be asked")
        }
        if let app = apps.first(where: { $0.name == self.app }), let id = app.appID { return id }
        let names = apps.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw CommandFailure(
            .no,
            "BigPeer \"\(peer.key)\" has no app \"\(self.app)\"; it has \(names.isEmpty ? "none" : names)"
        )
    }

    private func unknownApp(_ why: String) -> CommandFailure {
        CommandFailure(.couldNotTell, "the id of app \"\(self.app)\" is not known. \(why)")
    }

    /// What the peer says, and below it the line of the statement with the place pointed at.
    private func refusal(_ message: String, line: Int?, column: Int?) -> String {
        guard let line, let column, line >= 1, column >= 1 else { return message }
        let lines = self.statement.split(separator: "\n", omittingEmptySubsequences: false)
        guard line <= lines.count else { return message }
        return "\(message)\n  \(lines[line - 1])\n  \(String(repeating: " ", count: column - 1))^"
    }

    private func show(_ answer: DataAnswer) {
        for warning in answer.warnings { Terminal.messages.writeLine("warning: \(warning.oneLine)") }
        switch self.output {
        case .json: Terminal.output.write(answer.json.indentedText)
        case .table:
            let table = QueryTable.table(answer.items)
            Terminal.output.write(
                lines: table.lines(width: Terminal.output.width, paint: Terminal.output.paint)
            )
            if !answer.mutatedDocumentIDs.isEmpty {
                let ids = answer.mutatedDocumentIDs.prefix(10).map { $0.string ?? $0.text }.joined(separator: ", ")
                let more = answer.mutatedDocumentIDs.count > 10 ? ", …" : ""
                Terminal.messages.writeLine(
                    "\(answer.mutatedDocumentIDs.count.of("document")) changed: \(ids)\(more)".oneLine
                )
            } else if answer.items.isEmpty {
                Terminal.messages.writeLine(answer.isSelection ? "No documents" : "0 documents changed")
            }
        }
    }
}
