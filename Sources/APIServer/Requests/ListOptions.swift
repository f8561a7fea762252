import KubernetesModel

/// What a list or watch asks for besides selectors.
///
/// Source: Kubernetes, "Kubernetes API Concepts", "Resource versions"; the rules are those of
/// `k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation.go`.
struct ListOptions: Sendable, Hashable {
    /// How new the answer must be.
    enum Freshness: Sendable, Hashable {
        /// As new as it gets, or as old as it gets: here there is only one sort of answer.
        case any
        /// At least as new as a version.
        case notOlderThan(Int64)
        /// Just as it was at a version.
        case exact(Int64)
    }

    let freshness: Freshness
    /// The version as the client wrote it.
    let resourceVersion: String
    /// At most so many objects; zero is all.
    let limit: Int
    /// Where to go on.
    let continueText: String?
    /// Whether a watch begins with what there is; `nil` leaves that to the version.
    let sendsInitialEvents: Bool?
    /// Whether the client takes bookmarks.
    let hasBookmarks: Bool
    /// How long a watch is to run, or zero.
    let timeout: Duration

    /// Reads the options of a list or of a watch.
    init(_ target: RequestTarget, isWatch: Bool) throws(APIStatus) {
        let version = target["resourceVersion"] ?? ""
        let match = target["resourceVersionMatch"] ?? ""
        let text = target["continue"] ?? ""
        let initial = (target["sendInitialEvents"]).map { _ in target.flag("sendInitialEvents") }
        self.resourceVersion = version
        self.limit = try target.count("limit") ?? 0
        self.continueText = text.isEmpty ? nil : text
        self.sendsInitialEvents = initial
        self.hasBookmarks = target.flag("allowWatchBookmarks")
        self.timeout = .seconds(min(try target.count("timeoutSeconds") ?? 0, 86_400 * 7))
        let problems = Self.problems(version, match, text, initial, isWatch: isWatch)
        guard problems.isEmpty else { throw APIStatus.invalid(Self.kind, "", problems) }
        guard version.isEmpty || Int64(version).map({ $0 >= 0 }) ?? false else {
            throw APIStatus(
                .badRequest,
                "resourceVersion: Invalid value: \"\(version)\": it is not a version that this server gave"
            )
        }
        let number = Int64(version) ?? 0
        // A limit with a version and no word on the match means the version itself, as it did before there was one.
        let isExact = match == "Exact" || (match.isEmpty && self.limit > 0 && !isWatch)
        self.freshness = number == 0 ? .any : isExact ? .exact(number) : .notOlderThan(number)
    }

    private static let kind = ResourceKind(
        group: "meta.k8s.io",
        version: "v1",
        kind: "ListOptions",
        plural: "listoptions"
    )

    private static func problems(
        _ version: String,
        _ match: String,
        _ continueText: String,
        _ initial: Bool?,
        isWatch: Bool
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func forbid(_ field: String, _ message: String) {
            problems.append(FieldProblem(.forbidden, at: FieldPath().key(field), message))
        }
        if !isWatch, initial != nil { forbid("sendInitialEvents", "sendInitialEvents is forbidden for list") }
        if isWatch, initial == nil, !match.isEmpty {
            forbid(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            )
        }
        if isWatch, initial != nil, match != "NotOlderThan" {
            forbid(
                "resourceVersionMatch",
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            )
        }
        guard !match.isEmpty, !isWatch else { return problems }
        if version.isEmpty {
            forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
        }
        if !continueText.isEmpty {
            forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
        }
        if match != "Exact", match != "NotOlderThan" {
            problems.append(
                FieldProblem(
                    .notSupported,
                    at: FieldPath().key("resourceVersionMatch"),
                    "is \"\(match)\"",
                    expected: "\"Exact\" or \"NotOlderThan\""
                )
            )
        } else if match == "Exact", version == "0" {
            forbid("resourceVersionMatch", "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"")
        }
        return problems
    }
}

extension RequestTarget {
    /// A number of the query that is not negative.
    func count(_ name: String) throws(APIStatus) -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw APIStatus(.badRequest, "\(name): \"\(text)\" is not a number from 0 on")
        }
        return value
    }
}
