import KubernetesModel
import YAML

/// One thing to tell about one place in a file.
package struct Diagnostic: Sendable, Hashable {
    /// What rule speaks.
    package enum Rule: Sendable, Hashable {
        /// A rule about one field.
        case field(FieldProblem.Reason)
        /// A rule about files, or about objects together.
        case manifest(ManifestRule)

        /// The rule's name, for people and for SARIF.
        package var id: String {
            switch self {
            case .field(let reason): reason.rawValue
            case .manifest(let rule): rule.rawValue
            }
        }

        /// What the rule means, in one sentence.
        package var sentence: String {
            switch self {
            case .field(let reason): reason.sentence
            case .manifest(let rule): rule.sentence
            }
        }

        /// All rules.
        package static let all =
            FieldProblem.Reason.allCases.map(Rule.field) + ManifestRule.allCases.map(Rule.manifest)
    }

    /// The file's name as it was given.
    package let file: String
    /// The line, from one.
    package let line: Int
    /// The column in Unicode characters, from one.
    package let column: Int
    /// How bad it is.
    package let severity: FieldProblem.Severity
    /// What rule speaks.
    package let rule: Rule
    /// The field, if it is about one.
    package let path: FieldPath
    /// What is wrong and what was expected.
    package let message: String

    /// Creates a diagnostic.
    package init(
        file: String,
        mark: Mark = Mark(line: 1, column: 1),
        severity: FieldProblem.Severity,
        rule: Rule,
        path: FieldPath = FieldPath(),
        message: String
    ) {
        self.file = file
        self.line = mark.line
        self.column = mark.column
        self.severity = severity
        self.rule = rule
        self.path = path
        self.message = message
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: path: message [Rule]`.
    package var description: String {
        let field = self.path.components.isEmpty ? "" : "\(self.path): "
        return
            "\(self.file):\(self.line):\(self.column): \(self.severity.rawValue): \(field)\(self.message) [\(self.rule.id)]"
    }
}

/// The rules about files, and about objects together.
package enum ManifestRule: String, Sendable, Hashable, CaseIterable {
    /// The file cannot be read.
    case unreadable = "FileUnreadable"
    /// The file is not YAML.
    case invalidYAML = "InvalidYAML"
    /// A document is not an object.
    case notAnObject = "NotAnObject"
    /// Two objects of one kind have one name.
    case duplicateObject = "DuplicateObject"
    /// Two objects look after one object at a Big Peer.
    case duplicateRemote = "DuplicateRemote"
    /// An object that is named is not in these files.
    case referenceNotFound = "ReferenceNotFound"
    /// An object that is named is not what it is said to be.
    case referenceMismatch = "ReferenceMismatch"
    /// The apps of two sides have different ids.
    case appIDMismatch = "AppIDMismatch"
    /// Two apps of one Big Peer have one id.
    case appIDTaken = "AppIDTaken"
    /// An embedded and an external Big Peer are to replicate with each other.
    case incompatiblePeers = "IncompatiblePeers"
    /// Two sides dial each other.
    case bothSidesDial = "BothSidesDial"
    /// Neither side receives anything.
    case nothingSubscribed = "NothingSubscribed"
    /// A member in the middle holds back what those behind it ask for.
    case relayHoldsBack = "RelayHoldsBack"
    /// The vendor's Service for a replication would have too long a name.
    case serviceNameTooLong = "ServiceNameTooLong"

    /// What the rule means, in one sentence.
    package var sentence: String {
        switch self {
        case .unreadable: "The file cannot be read."
        case .invalidYAML: "The file is not YAML."
        case .notAnObject: "A document is not an object."
        case .duplicateObject: "Two objects of one kind have one name."
        case .duplicateRemote: "Two objects look after one object at a Big Peer."
        case .referenceNotFound: "An object that is named is not in these files."
        case .referenceMismatch: "An object that is named is not what it is said to be."
        case .appIDMismatch: "The apps of the two sides of a replication have different ids."
        case .appIDTaken: "Two apps of one Big Peer have one id."
        case .incompatiblePeers: "Embedded and external Big Peers do not speak one replication protocol."
        case .bothSidesDial: "Two sides of a replication dial each other."
        case .nothingSubscribed: "Neither side of a replication receives anything."
        case .relayHoldsBack: "A member in the middle of a topology asks for less than those behind it."
        case .serviceNameTooLong: "The Service that the vendor makes for a replication would have too long a name."
        }
    }
}
