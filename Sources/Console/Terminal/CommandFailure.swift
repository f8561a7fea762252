import KubernetesModel

/// Why a command ends without having done what was asked: one plain sentence, and the exit code.
package struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What, where, and what to do; empty when everything was said already.
    package let message: String
    /// The exit code.
    package let verdict: Verdict

    /// Creates a failure.
    package init(_ verdict: Verdict, _ message: String) {
        self.verdict = verdict
        self.message = message
    }

    /// The end of a command that has said everything already.
    package static func silent(_ verdict: Verdict) -> CommandFailure { CommandFailure(verdict, "") }

    /// An API's refusal.
    package init(_ status: APIStatus) {
        self.init(Verdict(of: status), status.sentence)
    }

    /// The message.
    package var description: String { self.message }
}

extension APIStatus {
    /// The refusal as a sentence for people, with what to do where the message alone does not tell.
    package var sentence: String {
        switch self.reason {
        case .forbidden: "\(self.message): ask for a role that allows it, or use another context with --context"
        case .notFound where self.name.isEmpty:
            "the API server does not know Peerage's kinds (\(self.message)): \(SchemaAge.installation)"
        default: self.message
        }
    }
}
