import JSON
import KubernetesModel
import YAML

/// One file taken apart into objects, each checked by itself.
///
/// Who follows a folder keeps the readings of files that have not changed, and puts them together anew.
package struct ManifestReading: Sendable {
    /// The file's name as it was given.
    package let file: String
    /// What is to be known of its objects, sound or not, in the order of the text.
    package private(set) var manifests: [Manifest] = []
    /// The objects themselves with their namespaces filled in, in the same order; empty when they were left out.
    package private(set) var objects: [Object] = []
    /// The objects that nothing is wrong with by themselves; empty when they were left out.
    package private(set) var resources: [ValidatedResource] = []
    /// What is to be told of the file by itself.
    package private(set) var diagnostics: [Diagnostic] = []
    private let text: ManifestText

    /// Reads and checks a file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - defaultNamespace: The namespace of objects that name none.
    ///   - limits: How much the file may demand.
    package init(
        _ file: ManifestFile,
        defaultNamespace: String = PeerageAPI.defaultNamespace,
        limits: YAMLLimits = YAMLLimits()
    ) {
        self.file = file.name
        self.text = ManifestText(file, limits: limits)
        let (documents, error) = self.text.read()
        for (index, root) in documents.enumerated() { self.read(root, number: index + 1, defaultNamespace) }
        if let error { self.tell(.invalidYAML, at: error.mark, error.message) }
        self.diagnostics += self.manifests.flatMap(\.diagnostics)
        self.text.forgetPlaces()
    }

    /// The reading without its objects: what is kept of a file for the rules about objects together.
    package var withoutObjects: ManifestReading {
        var reading = self
        reading.objects = []
        reading.resources = []
        return reading
    }

    /// Gives back the memory that telling about the file has taken.
    func forgetPlaces() {
        self.text.forgetPlaces()
    }

    private mutating func read(_ root: YAMLNode, number: Int, _ namespace: String) {
        let json = root.json
        guard json.object != nil else {
            return self.tell(
                .notAnObject,
                at: root.mark,
                "is \(json.shown); expected an object with apiVersion and kind"
            )
        }
        guard json["apiVersion"] == "v1", json["kind"] == "List" else {
            return self.add(json, at: Manifest.Place(text: self.text, document: number, base: []), namespace)
        }
        for (index, item) in (json["items"]?.array ?? []).enumerated() {
            let base: [PathComponent] = [.key("items"), .index(index)]
            if item.object == nil {
                self.tell(.notAnObject, at: root.mark(at: base), "is \(item.shown); expected an object")
            } else {
                self.add(item, at: Manifest.Place(text: self.text, document: number, base: base), namespace)
            }
        }
    }

    private mutating func add(_ json: JSONValue, at place: Manifest.Place, _ namespace: String) {
        do throws(InvalidResource) {
            let resource = try ValidatedResource(validating: json, defaultNamespace: namespace)
            self.resources.append(resource)
            self.add(resource.object, resource, problems: resource.warnings, at: place)
        } catch {
            var object = Object(json)
            if KnownKinds.definition(of: object)?.kind.isNamespaced == true, object.metadata.namespace.isEmpty {
                object.metadata.namespace = namespace
            }
            self.add(object, nil, problems: error.problems, at: place)
        }
    }

    private mutating func add(
        _ object: Object,
        _ resource: ValidatedResource?,
        problems: [FieldProblem],
        at place: Manifest.Place
    ) {
        self.objects.append(object)
        self.manifests.append(Manifest(object, resource, problems: problems, at: place))
    }

    private mutating func tell(_ rule: ManifestRule, at mark: Mark, _ message: String) {
        self.diagnostics.append(
            Diagnostic(file: self.file, mark: mark, severity: .error, rule: .manifest(rule), message: message)
        )
    }
}
