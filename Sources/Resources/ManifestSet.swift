import JSON
import KubernetesModel
import YAML

/// A file of manifests.
package struct ManifestFile: Sendable, Hashable {
    /// The name to tell in diagnostics.
    package let name: String
    /// The text.
    package let bytes: [UInt8]

    /// Creates a file.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// All objects of a set of files, checked one by one and together.
///
/// *Guarantees:* every error of every file is told in one pass; nothing traps, whatever the files hold.
package struct ManifestSet: Sendable {
    /// Every object, sound or not, in the order of the files.
    package let manifests: [Manifest]
    /// Everything that there is to tell, in the order of the files.
    package let diagnostics: [Diagnostic]

    /// Reads and checks files.
    ///
    /// - Parameters:
    ///   - files: The files, in the order in which to tell about them.
    ///   - defaultNamespace: The namespace of objects that name none.
    ///   - limits: How much one file may demand.
    package init(
        _ files: [ManifestFile],
        defaultNamespace: String = PeerageAPI.defaultNamespace,
        limits: YAMLLimits = YAMLLimits()
    ) {
        var manifests: [Manifest] = []
        var diagnostics: [Diagnostic] = []
        for file in files {
            var reader = ManifestReader(file: file.name, defaultNamespace: defaultNamespace)
            reader.read(file.bytes, limits: limits)
            manifests += reader.manifests
            diagnostics += reader.diagnostics
        }
        diagnostics += manifests.flatMap(\.diagnostics)
        diagnostics += ManifestIndex(manifests).diagnostics
        self.manifests = manifests
        self.diagnostics = Self.sorted(diagnostics, as: files.map(\.name))
    }

    /// The objects that nothing is wrong with by themselves.
    package var resources: [ValidatedResource] { self.manifests.compactMap(\.resource) }

    /// Whether anything in the set is wrong.
    package var hasErrors: Bool { self.diagnostics.contains { $0.severity == .error } }

    private static func sorted(_ diagnostics: [Diagnostic], as files: [String]) -> [Diagnostic] {
        let order = Dictionary(files.enumerated().map { ($1, $0) }) { first, _ in first }
        return diagnostics.enumerated()
            .sorted { left, right in
                (order[left.element.file] ?? 0, left.element.line, left.element.column, left.offset)
                    < (order[right.element.file] ?? 0, right.element.line, right.element.column, right.offset)
            }
            .map(\.element)
    }
}

/// Takes one file apart into objects.
private struct ManifestReader {
    let file: String
    let defaultNamespace: String
    var manifests: [Manifest] = []
    var diagnostics: [Diagnostic] = []

    init(file: String, defaultNamespace: String) {
        self.file = file
        self.defaultNamespace = defaultNamespace
    }

    mutating func read(_ bytes: [UInt8], limits: YAMLLimits) {
        do throws(YAMLError) {
            for (index, document) in try YAML.documents(in: bytes, limits: limits).enumerated() {
                self.read(document.root, number: index + 1)
            }
        } catch {
            self.tell(.invalidYAML, at: error.mark, error.message)
        }
    }

    private mutating func read(_ root: YAMLNode, number: Int) {
        let json = root.json
        guard json.object != nil else {
            return self.tell(
                .notAnObject,
                at: root.mark,
                "is \(json.shown); expected an object with apiVersion and kind"
            )
        }
        guard json["apiVersion"] == "v1", json["kind"] == "List" else {
            return self.add(json, root, [], number)
        }
        for (index, item) in (json["items"]?.array ?? []).enumerated() {
            let base: [PathComponent] = [.key("items"), .index(index)]
            if item.object == nil {
                self.tell(.notAnObject, at: root.mark(at: base), "is \(item.shown); expected an object")
            } else {
                self.add(item, root, base, number)
            }
        }
    }

    private mutating func add(_ json: JSONValue, _ root: YAMLNode, _ base: [PathComponent], _ number: Int) {
        self.manifests.append(
            Manifest(
                file: self.file,
                document: number,
                root: root,
                base: base,
                json: json,
                defaultNamespace: self.defaultNamespace
            )
        )
    }

    private mutating func tell(_ rule: ManifestRule, at mark: Mark, _ message: String) {
        self.diagnostics.append(
            Diagnostic(file: self.file, mark: mark, severity: .error, rule: .manifest(rule), message: message)
        )
    }
}
