import JSON

/// How the manifests of a watched folder are applied, as the process that watches it tells and others read.
package struct FolderStanding: Sendable, Hashable {
    /// The folder, as the user named it.
    package let folder: String
    /// Whether it was looked into at all since the process began.
    package let isRead: Bool
    /// What is wrong, for a person, a line each: the first of them where they are many.
    package let problems: [String]
    /// How many problems there are.
    package let problemCount: Int
    /// How many deletions are held back because they might be a mistake; one of the problems says why.
    package let heldBack: Int
    /// How many doubts there are about manifests that are applied all the same.
    package let warningCount: Int

    /// More problems than this nobody reads in one go.
    private static let most = 100

    /// Tells of a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - isRead: Whether it was looked into at all.
    ///   - problems: All that is wrong.
    ///   - heldBack: How many deletions are held back.
    ///   - warningCount: How many doubts there are.
    package init(
        folder: String,
        isRead: Bool = true,
        problems: [String] = [],
        heldBack: Int = 0,
        warningCount: Int = 0
    ) {
        self.folder = folder
        self.isRead = isRead
        self.problems = Array(problems.prefix(Self.most))
        self.problemCount = problems.count
        self.heldBack = heldBack
        self.warningCount = warningCount
    }

    /// Whether all that the folder declares is applied.
    package var isWell: Bool { self.problemCount == 0 }
}

extension FolderStanding {
    /// Under which name a process tells it.
    package static let reportName = "manifests"

    /// Reads what `json` wrote, by this version or another; `nil` when it is something else.
    package init?(_ json: JSONValue) {
        guard let folder = json["folder"]?.string, let problems = json["problems"]?.array else { return nil }
        self.folder = folder
        self.isRead = json["read"]?.bool ?? true
        self.problems = problems.compactMap(\.string)
        self.problemCount = max(self.problems.count, Int(clamping: json["problemCount"]?.integer ?? 0))
        self.heldBack = Int(clamping: json["heldBack"]?.integer ?? 0)
        self.warningCount = Int(clamping: json["warningCount"]?.integer ?? 0)
    }

    /// For programs; fields may be added, and those that are there keep their names and meanings.
    package var json: JSONValue {
        [
            "folder": .string(self.folder),
            "read": .bool(self.isRead),
            "problems": .array(self.problems.map(JSONValue.string)),
            "problemCount": .integer(Int64(self.problemCount)),
            "heldBack": .integer(Int64(self.heldBack)),
            "warningCount": .integer(Int64(self.warningCount)),
        ]
    }
}
