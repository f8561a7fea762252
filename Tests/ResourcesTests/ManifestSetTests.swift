import FoundationEssentials
import JSON
import KubernetesModel
import Testing

@testable import Resources

@Suite("ManifestSet")
struct ManifestSetTests {
    private func set(_ text: String) -> ManifestSet {
        ManifestSet([ManifestFile(name: "a.yaml", bytes: Array(text.utf8))])
    }

    @Test("every planted error is found, at its line and column", arguments: TestFiles.badManifestNames)
    func badManifests(name: String) throws {
        let url = TestFiles.badManifests.appending(path: name)
        let set = ManifestSet([ManifestFile(name: name, bytes: try TestFiles.bytes(of: url))])
        let found = DiagnosticFormat.text.text(of: set.diagnostics, version: "test")
        let stem = name.split(separator: ".")[0]
        let expected = try TestFiles.text(of: TestFiles.badManifests.appending(path: "\(stem).expected"))
        #expect(found.split(separator: "\n") == expected.split(separator: "\n"))
        #expect(set.hasErrors)
    }

    @Test("the bad manifests plant errors of every rule")
    func everyRule() throws {
        #expect(TestFiles.badManifestNames.count > 5)
        let files = try TestFiles.files(in: TestFiles.badManifests, endingIn: ".yaml")
        let found = Set(files.flatMap { ManifestSet([$0]).diagnostics.map(\.rule) })
        // These need a file that cannot be opened, an object that is there already, or a great many lines.
        let others: Set<Diagnostic.Rule> = [.manifest(.unreadable), .field(.immutable), .field(.tooMany)]
        #expect(Set(Diagnostic.Rule.all).subtracting(found) == others)
    }

    @Test("the samples are sound, without a warning", arguments: ["quickstart", "external", "topology"])
    func samples(folder: String) throws {
        let url = TestFiles.root.appending(path: "manifests/samples/\(folder)")
        let set = ManifestSet(try TestFiles.files(in: url, endingIn: ".yaml"))
        #expect(set.diagnostics.map(\.description) == [])
        #expect(set.resources.count >= 6)
        #expect(set.resources.count == set.manifests.count)
    }

    @Test("the committed CRDs are those of the schema")
    func customResourceDefinitions() throws {
        let folder = TestFiles.root.appending(path: "manifests/crds")
        for definition in PeerageAPI.definitions {
            let committed = try TestFiles.text(of: folder.appending(path: definition.customResourceDefinitionFileName))
            #expect(
                committed == definition.customResourceDefinitionYAML,
                "run `peerage schema crd` and commit what it writes"
            )
        }
    }

    @Test("objects without a namespace get the default one")
    func defaultNamespace() throws {
        let text = """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeer
            metadata: {name: berlin}
            spec: {embedded: {}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: fleet}
            """
        let set = ManifestSet([ManifestFile(name: "a", bytes: Array(text.utf8))], defaultNamespace: "fleet")
        #expect(set.resources.map(\.object.key.description) == ["fleet/berlin", "fleet"])
        guard case .bigPeer(let peer) = set.resources.first?.content else {
            Issue.record("not a Big Peer")
            return
        }
        #expect(peer.metadata.namespace == "fleet")
    }

    @Test("two files are one set")
    func acrossFiles() {
        let peer = Array(
            "{apiVersion: peerage.dev/v1alpha1, kind: BigPeer, metadata: {name: a}, spec: {embedded: {}}}".utf8
        )
        let set = ManifestSet([ManifestFile(name: "1.yaml", bytes: peer), ManifestFile(name: "2.yaml", bytes: peer)])
        #expect(
            set.diagnostics.map(\.description)
                == ["2.yaml:1:68: error: metadata.name: BigPeer \"default/a\" is at 1.yaml:1 already [DuplicateObject]"]
        )
    }

    @Test("an empty file holds nothing", arguments: ["", "---\n", "# only a comment\n"])
    func empty(text: String) {
        #expect(self.set(text).diagnostics.isEmpty)
        #expect(self.set(text).manifests.isEmpty)
    }

    @Test("a resource that breaks a rule cannot be had")
    func validatedResource() throws {
        let bad: JSONValue = [
            "apiVersion": "peerage.dev/v1alpha1", "kind": "BigPeer", "metadata": ["name": "a"], "spec": [:],
        ]
        let error = #expect(throws: InvalidResource.self) { try ValidatedResource(validating: bad) }
        #expect(
            error?.description
                == "spec: has neither endpoint nor embedded; expected exactly one of endpoint and embedded"
        )
        var good = bad
        good["spec"] = ["embedded": [:]]
        #expect(try ValidatedResource(validating: good).kind == .bigPeer)
    }
}
