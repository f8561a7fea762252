import JSON
import KubernetesModel
import YAML

/// What the rules about a set need to know of one object of a manifest file, sound or not.
///
/// A class, because sets and their indices share thousands of them; nothing in it ever changes. Who follows a folder
/// keeps these, and not the objects, which take several times as much.
package final class Manifest: Sendable {
    /// An object in the type of its kind, as far as the rules about objects together look at it.
    ///
    /// Behind one word, so that every manifest takes as much as its kind needs, and not as much as the largest.
    indirect enum Content: Sendable {
        case bigPeer(BigPeer)
        case bigPeerApp(BigPeerApp)
        case bigPeerReplication(DeclaredReplication)
        case replicationTopology(ReplicationTopology)
        case secret(Object)

        init?(_ content: ValidatedResource.Content) {
            switch content {
            case .bigPeer(let peer): self = .bigPeer(peer)
            case .bigPeerApp(let app): self = .bigPeerApp(app)
            case .bigPeerReplication(let replication): self = .bigPeerReplication(DeclaredReplication(replication))
            case .replicationTopology(let topology): self = .replicationTopology(topology)
            case .secret(let secret): self = .secret(secret)
            case .other: return nil
            }
        }
    }

    /// Where an object stands: in a document of a text, and there perhaps inside a `List`.
    struct Place: Sendable {
        let text: ManifestText
        /// From one.
        let document: Int
        let base: [PathComponent]

        func mark(at path: [PathComponent] = [], of part: YAMLNode.Part = .value) -> Mark {
            self.text.mark(at: self.base + path, ofDocument: self.document, part: part)
        }

        func mark(inside place: TextPlace, at path: [PathComponent]) -> Mark? {
            self.text.mark(inside: place, at: self.base + path, ofDocument: self.document)
        }
    }

    /// The object's kind as it is written.
    let kindName: String
    /// The object's key, with its namespace filled in.
    package let key: ObjectKey
    private let isKnown: Bool
    /// The object in the type of its kind, if nothing is wrong with it.
    let content: Content?
    /// What is wrong with it by itself.
    package let problems: [FieldProblem]
    private let position: Place

    init(_ object: Object, _ resource: ValidatedResource?, problems: [FieldProblem], at place: Place) {
        self.kindName = object.kind
        self.key = object.key
        self.isKnown = KnownKinds.definition(of: object) != nil
        self.content = resource.flatMap { Content($0.content) }
        self.problems = problems
        self.position = place
    }

    /// The object's kind, if it is a known one.
    package var kind: ResourceKind? { self.isKnown ? KnownKinds.definition(named: self.kindName)?.kind : nil }

    /// The file's name as it was given.
    package var file: String { self.position.text.file }

    /// `file:line` of the object.
    package var place: String { "\(self.file):\(self.position.mark().line)" }

    /// `BigPeer "default/berlin"`.
    package var title: String { "\(self.kindName) \"\(self.key)\"" }

    /// A problem inside a field's text, at the line and column where it really shows; `nil` when that cannot be told.
    private func diagnosticInside(_ problem: FieldProblem) -> Diagnostic? {
        guard let place = problem.place else { return nil }
        return self.position.mark(inside: place, at: problem.path.components).map { mark in
            Diagnostic(
                file: self.file,
                mark: mark,
                severity: problem.severity,
                rule: .field(problem.reason),
                path: problem.path,
                message: problem.sentenceWithoutPlace
            )
        }
    }

    /// Puts a problem of one of the object's fields at its line and column.
    func diagnostic(
        _ rule: Diagnostic.Rule,
        _ severity: FieldProblem.Severity,
        at path: FieldPath,
        _ message: String,
        part: FieldProblem.Part = .value
    ) -> Diagnostic {
        Diagnostic(
            file: self.file,
            mark: self.position.mark(at: path.components, of: part == .key ? .key : .value),
            severity: severity,
            rule: rule,
            path: path,
            message: message
        )
    }

    /// The object's own problems at their lines and columns.
    var diagnostics: [Diagnostic] { self.problems.map(self.diagnostic) }

    /// A problem of the object at its line and column.
    package func diagnostic(_ problem: FieldProblem) -> Diagnostic {
        if let diagnostic = self.diagnosticInside(problem) { return diagnostic }
        // What is missing has no place; the key above it has one.
        let part = problem.reason == .required ? .key : problem.part
        return self.diagnostic(.field(problem.reason), problem.severity, at: problem.path, problem.sentence, part: part)
    }
}
