import JSON

/// What a preflight check found: a line for each thing that was looked at, and what to do about it.
package struct CheckReport: Sendable, Hashable {
    /// How something is.
    package enum Result: String, Sendable, Hashable {
        /// As it should be.
        case passed
        /// Not as it should be.
        case failed
        /// It was to be looked at, and nobody could tell.
        case unknown
        /// There is nothing to tell, or no need to.
        case skipped
    }

    /// One thing that was looked at.
    package struct Line: Sendable, Hashable {
        /// The sort of check, one of a few words.
        package let check: String
        /// What was looked at.
        package let subject: String
        /// How it is.
        package let result: Result
        /// How it is, for a person.
        package let message: String
        /// What to do; `nil` when there is nothing to do.
        package let advice: String?

        /// Creates a line.
        package init(_ check: Check, _ subject: String, _ result: Result, _ message: String, advice: String? = nil) {
            self.check = check.rawValue
            self.subject = subject
            self.result = result
            self.message = message
            self.advice = advice
        }
    }

    /// The sorts of checks.
    package enum Check: String, Sendable, Hashable, CaseIterable {
        /// The manifest files.
        case files
        /// The API server.
        case apiServer
        /// The folder of manifests that the server watches.
        case folder
        /// What the server knows of a kind.
        case kind
        /// What the credentials of the kubeconfig allow.
        case rights
        /// A Big Peer and the credentials for it.
        case bigPeer
        /// An app and its id.
        case app
        /// A replication and what it builds on.
        case replication
        /// A topology and its members.
        case topology
        /// The app ids on the two sides of a replication.
        case pair
        /// Whether a replication that is in force moves data.
        case sessions

        /// The words before the subject.
        var title: String {
            switch self {
            case .files: "files"
            case .apiServer: "API server"
            case .folder: "watched folder"
            case .kind: "kind"
            case .rights: "rights"
            case .bigPeer: "Big Peer"
            case .app: "app"
            case .replication: "replication"
            case .topology: "topology"
            case .pair: "pair"
            case .sessions: "sessions of"
            }
        }
    }

    /// The lines, in the order in which things build on each other.
    package var lines: [Line] = []

    /// Creates an empty report.
    package init() {}

    /// The exit code: 0 when nothing failed and everything could be told.
    package var verdict: Verdict {
        if self.lines.contains(where: { $0.result == .failed }) { return .no }
        return self.lines.contains { $0.result == .unknown } ? .couldNotTell : .done
    }

    /// The report for people.
    package func text(_ paint: Paint = .none) -> [String] {
        self.lines.flatMap { line in
            let title = Check(rawValue: line.check)?.title ?? line.check
            let subject = line.subject.isEmpty ? "" : " \(line.subject)"
            let head = "\(paint(line.result.sign, line.result.tone)) " + "\(title)\(subject): \(line.message)".oneLine
            return [head] + (line.advice.map { ["    \($0.oneLine)"] } ?? [])
        } + [self.summary]
    }

    private var summary: String {
        let failed = self.lines.count { $0.result == .failed }
        let unseen = self.lines.count { $0.result == .skipped || $0.result == .unknown }
        let rest = unseen == 0 ? "" : ", \(unseen) could not be looked at"
        switch self.verdict {
        case .done: return "Nothing stands in the way\(rest)."
        case .no: return "\(failed.of("check")) failed\(rest)."
        case .couldNotTell: return "Nobody can tell whether anything stands in the way\(rest)."
        }
    }

    /// The report for programs; fields may be added, and those that are there keep their names and meanings.
    package var json: JSONValue {
        [
            "version": 1,
            "passed": .bool(self.verdict == .done),
            "checks": .array(
                self.lines.map { line in
                    [
                        "check": .string(line.check), "subject": .string(line.subject),
                        "result": .string(line.result.rawValue), "message": .string(line.message),
                        "advice": line.advice.map(JSONValue.string) ?? .null,
                    ]
                }
            ),
        ]
    }
}

extension CheckReport.Result {
    fileprivate var sign: String {
        switch self {
        case .passed: "✔"
        case .failed: "✘"
        case .unknown: "?"
        case .skipped: "–"
        }
    }

    fileprivate var tone: Tone {
        switch self {
        case .passed: .good
        case .failed, .unknown: .bad
        case .skipped: .faint
        }
    }
}
