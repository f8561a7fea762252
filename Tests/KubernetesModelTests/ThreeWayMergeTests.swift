import JSON
import KubernetesModel
import Testing

@Suite("ThreeWayMerge")
struct ThreeWayMergeTests {
    private static let kind = ResourceKind(group: "g.example", version: "v1", kind: "Thing", plural: "things")

    private static func manifest(_ spec: JSONValue, labels: [String: String] = [:]) -> Object {
        Object(kind: kind, metadata: ObjectMeta(name: "a", namespace: "n", labels: labels), content: ["spec": spec])
    }

    private static func live(_ spec: JSONValue, labels: [String: String] = [:]) -> Object {
        var object = ThreeWayMerge.creation(of: manifest(spec, labels: labels))
        object.metadata.uid = "u"
        object.metadata.resourceVersion = "7"
        object.metadata.finalizers = ["f"]
        object.status = ["ready": true]
        return object
    }

    @Test("applying the same manifest again changes nothing")
    func same() {
        let live = Self.live(["a": 1], labels: ["x": "y"])
        #expect(ThreeWayMerge.apply(Self.manifest(["a": 1], labels: ["x": "y"]), to: live) == live)
    }

    @Test("a field that the manifest no longer names goes")
    func removed() {
        let live = Self.live(["a": 1, "b": ["c": 2, "d": 3]], labels: ["x": "y"])
        let merged = ThreeWayMerge.apply(Self.manifest(["b": ["d": 4]]), to: live)
        #expect(merged.spec == ["b": ["d": 4]])
        #expect(merged.metadata.labels.isEmpty)
    }

    @Test("a field that the manifest never named stays")
    func foreign() {
        var live = Self.live(["a": 1])
        live.spec?["suspend"] = true
        live.metadata.labels["added"] = "by hand"
        let merged = ThreeWayMerge.apply(Self.manifest(["a": 2]), to: live)
        #expect(merged.spec == ["a": 2, "suspend": true])
        #expect(merged.metadata.labels == ["added": "by hand"])
    }

    @Test("a member that says null asks for nothing, also within what is new")
    func nulls() {
        let manifest = Self.manifest(["a": .null, "b": ["c": .null, "d": 1]])
        #expect(ThreeWayMerge.apply(manifest, to: Self.live(["a": 1])).spec == ["b": ["d": 1]])
    }

    @Test("lists are replaced whole")
    func lists() {
        let merged = ThreeWayMerge.apply(Self.manifest(["a": ["z"]]), to: Self.live(["a": ["x", "y"]]))
        #expect(merged.spec == ["a": ["z"]])
    }

    @Test("what only the server may set stays, and so does the status")
    func serverFields() {
        let merged = ThreeWayMerge.apply(Self.manifest(["a": 2]), to: Self.live(["a": 1]))
        #expect(merged.metadata.uid == "u")
        #expect(merged.metadata.resourceVersion == "7")
        #expect(merged.metadata.finalizers == ["f"])
        #expect(merged.status == ["ready": true])
    }

    @Test("an object that somebody else made is taken over without losing what the manifest does not name")
    func noMemory() {
        var live = Self.live(["a": 1, "b": 2])
        live.metadata.annotations = [:]
        #expect(ThreeWayMerge.apply(Self.manifest(["a": 5]), to: live).spec == ["a": 5, "b": 2])
    }
}
