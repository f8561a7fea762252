import ArgumentParser
import Console
import JSON
import KubernetesModel
import Synchronization

/// The forms in which commands that change things answer.
enum ActionForm: String, CaseIterable, ExpressibleByArgument {
    /// A line for each object as it is dealt with.
    case text
    /// One JSON object at the end.
    case json
}

/// How a command that changes things answers.
struct ActionOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "text or json.")
    var output: ActionForm = .text
}

/// Tells what becomes of objects: line by line as it happens, or as JSON at the end.
final class ActionLog: Sendable {
    private let form: ActionForm
    private let suffix: String
    private let state: Mutex<(report: ActionReport, verdict: Verdict)>

    /// Creates a log.
    ///
    /// - Parameters:
    ///   - command: The command's name.
    ///   - form: How to answer.
    ///   - dryRun: `none`, `client` or `server`.
    init(_ command: String, _ form: ActionForm, dryRun: DryRunOptions.Form = .none) {
        self.form = form
        self.suffix =
            switch dryRun {
            case .none: ""
            case .client: " (dry run)"
            case .server: " (server dry run)"
            }
        self.state = Mutex((ActionReport(command, dryRun: dryRun.rawValue), .done))
    }

    /// How the command ends, as far as it is known.
    var verdict: Verdict { self.state.withLock(\.verdict) }

    /// Tells what became of an object.
    func tell(_ kind: ResourceKind, _ key: ObjectKey, _ result: String, _ message: String? = nil) {
        self.state.withLock { $0.report.entries.append(ActionReport.Entry(kind, key, result, message)) }
        guard self.form == .text else { return }
        let more = message.map { ": \($0.oneLine)" } ?? ""
        Terminal.output.writeLine("\(kind.label(of: key.name)) \(result)\(self.suffix)\(more)")
    }

    /// Notes what became of an object, for programs; people are told of many at once.
    func note(_ kind: ResourceKind, _ key: ObjectKey, _ result: String, _ message: String? = nil) {
        self.state.withLock { $0.report.entries.append(ActionReport.Entry(kind, key, result, message)) }
    }

    /// Makes the answer no; why has been told.
    func fail() { self.state.withLock { $0.verdict = .worst($0.verdict, .no) } }

    /// Tells what stands against something, which makes the answer no.
    func complain(_ kind: ResourceKind, _ key: ObjectKey, _ result: String, _ message: String) {
        self.state.withLock { state in
            state.report.entries.append(ActionReport.Entry(kind, key, result, message))
            state.verdict = .worst(state.verdict, .no)
        }
        Terminal.messages.writeLine("peerage: \(kind.label(of: key.name)): \(message.oneLine)")
    }

    /// Tells what stands against something that is no single object, which makes the answer no.
    func complain(_ message: String) {
        self.state.withLock { $0.verdict = .worst($0.verdict, .no) }
        Terminal.messages.writeLine("peerage: \(message.oneLine)")
    }

    /// Ends the command.
    func end() throws(CommandFailure) {
        let (report, verdict) = self.state.withLock(\.self)
        if self.form == .json { Terminal.output.write(report.json(verdict).indentedText) }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }
}
