import JSON
import KubernetesModel

/// What a command did with each object: lines for people, and the same for programs.
///
/// The JSON is a promise: fields may be added; those that are there keep their names and meanings.
package struct ActionReport: Sendable, Hashable {
    /// What became of one object.
    package struct Entry: Sendable, Hashable {
        /// The API group, empty for the core group.
        package let group: String
        /// The kind.
        package let kind: String
        /// The key.
        package let key: ObjectKey
        /// What became of it, in one word or two: `created`, `pruned`, `refused`.
        package let result: String
        /// More about it, for a person.
        package let message: String?

        /// Creates an entry.
        ///
        /// - Parameters:
        ///   - kind: The kind.
        ///   - key: The key.
        ///   - result: What became of it.
        ///   - message: More about it, for a person.
        package init(_ kind: ResourceKind, _ key: ObjectKey, _ result: String, _ message: String? = nil) {
            self.group = kind.group
            self.kind = kind.kind
            self.key = key
            self.result = result
            self.message = message
        }
    }

    /// The command's name.
    package let command: String
    /// `none`, `client` or `server`.
    package let dryRun: String
    /// What became of the objects, in the order in which they were dealt with.
    package var entries: [Entry] = []

    /// Creates an empty report.
    package init(_ command: String, dryRun: String = "none") {
        self.command = command
        self.dryRun = dryRun
    }

    /// The report for programs.
    ///
    /// - Parameter verdict: How the command ends.
    /// - Returns: One JSON object.
    package func json(_ verdict: Verdict) -> JSONValue {
        [
            "version": 1,
            "command": .string(self.command),
            "dryRun": .string(self.dryRun),
            "exitCode": .integer(Int64(verdict.rawValue)),
            "results": .array(self.entries.map(\.json)),
        ]
    }
}

extension ActionReport.Entry {
    fileprivate var json: JSONValue {
        [
            "group": .string(self.group),
            "kind": .string(self.kind),
            "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
            "result": .string(self.result),
            "message": self.message.map(JSONValue.string) ?? .null,
        ]
    }
}
