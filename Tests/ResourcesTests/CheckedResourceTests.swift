import JSON
import KubernetesModel
import Resources
import Testing

@Suite("A resource that is checked")
struct CheckedResourceTests {
    private static func object(generation: Int64, driftInterval: String) -> Object {
        var object = Object(kind: .bigPeerReplication, metadata: ObjectMeta(name: "r", namespace: "n"))
        object.metadata.generation = generation
        object.spec = ["bigPeerRef": ["name": "b"], "app": "cars", "driftInterval": .string(driftInterval)]
        return object
    }

    @Test("says what is wrong with its spec, and no more when a later version has mended it")
    func mended() {
        let wrong = BigPeerReplication(checking: Self.object(generation: 1, driftInterval: "0s"))
        #expect(wrong.specProblem?.contains("driftInterval") == true)
        let mended = BigPeerReplication(checking: Self.object(generation: 2, driftInterval: "1m"), since: wrong)
        #expect(mended.specProblem == nil)
        let again = BigPeerReplication(checking: Self.object(generation: 3, driftInterval: "0s"), since: mended)
        #expect(again.specProblem?.contains("driftInterval") == true)
    }

    @Test("keeps the verdict on a spec that has not changed, and checks one without a generation every time")
    func sameGeneration() {
        let wrong = BigPeerReplication(checking: Self.object(generation: 4, driftInterval: "0s"))
        // A server counts the generation up with every change of the spec: the same one is the same spec.
        let status = BigPeerReplication(checking: Self.object(generation: 4, driftInterval: "0s"), since: wrong)
        #expect(status.specProblem == wrong.specProblem)
        let unnumbered = BigPeerReplication(checking: Self.object(generation: 0, driftInterval: "0s"))
        let mended = BigPeerReplication(checking: Self.object(generation: 0, driftInterval: "1m"), since: unnumbered)
        #expect(mended.specProblem == nil)
    }
}
