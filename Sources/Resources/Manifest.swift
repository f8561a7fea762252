import JSON
import KubernetesModel
import YAML

/// One object of a manifest file, sound or not, with its place.
///
/// A class, because sets and their indices share thousands of them; nothing in it ever changes.
package final class Manifest: Sendable {
    /// The file's name as it was given.
    package let file: String
    /// Which document of the file it is, from one.
    package let document: Int
    /// The object as it stands in the file.
    package let json: JSONValue
    /// The object with its namespace filled in.
    package let object: Object
    /// The object's kind, if it is a known one.
    package let kind: ResourceKind?
    /// The object, if nothing is wrong with it.
    package let resource: ValidatedResource?
    /// What is wrong with it by itself.
    package let problems: [FieldProblem]
    private let root: YAMLNode
    private let base: [PathComponent]

    init(
        file: String,
        document: Int,
        root: YAMLNode,
        base: [PathComponent] = [],
        json: JSONValue,
        defaultNamespace: String
    ) {
        self.file = file
        self.document = document
        self.root = root
        self.base = base
        self.json = json
        self.kind = try? KnownKinds.definition(of: json).get().kind
        do throws(InvalidResource) {
            let resource = try ValidatedResource(validating: json, defaultNamespace: defaultNamespace)
            self.resource = resource
            self.problems = resource.warnings
            self.object = resource.object
        } catch {
            self.resource = nil
            self.problems = error.problems
            var object = Object(json)
            if self.kind?.isNamespaced == true, object.metadata.namespace.isEmpty {
                object.metadata.namespace = defaultNamespace
            }
            self.object = object
        }
    }

    /// `file:line` of the object.
    package var place: String { "\(self.file):\(self.root.mark(at: self.base).line)" }

    /// `BigPeer "default/berlin"`.
    package var title: String { "\(self.object.kind) \"\(self.object.key)\"" }

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
            mark: self.root.mark(at: self.base + path.components, of: part == .key ? .key : .value),
            severity: severity,
            rule: rule,
            path: path,
            message: message
        )
    }

    /// The object's own problems at their lines and columns.
    var diagnostics: [Diagnostic] {
        self.problems.map { problem in
            // What is missing has no place; the key above it has one.
            let part = problem.reason == .required ? .key : problem.part
            return self.diagnostic(
                .field(problem.reason),
                problem.severity,
                at: problem.path,
                problem.sentence,
                part: part
            )
        }
    }
}
