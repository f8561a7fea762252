import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Selectors")
struct SelectorTests {
    private let labels = ["app": "web", "tier": "front", "example.dev/empty": ""]

    @Test(
        "label selectors follow Kubernetes' grammar",
        arguments: [
            ("", true), ("app", true), ("!app", false), ("!missing", true), ("app=web", true), ("app==web", true),
            ("app = web , tier=front", true), ("app!=web", false), ("missing!=x", true), ("app in (web,db)", true),
            ("app in (db)", false), ("app notin (db, web)", false), ("missing notin (a)", true),
            ("app in (web),tier notin (back,mid)", true), ("example.dev/empty=", true), ("app=", false),
        ]
    )
    func labels(selector: String, isMatch: Bool) throws {
        #expect(try LabelSelector(selector).matches(self.labels) == isMatch)
    }

    @Test(
        "label selectors that cannot be read are refused",
        arguments: ["a b", "app near (x)", "=x", "a in x)", "(", "ä=1", ",", " , ", "app=web,", ",app", "a,,b"]
    )
    func badLabels(selector: String) {
        #expect(throws: LabelSelector.Malformed.self) { try LabelSelector(selector) }
    }

    @Test("field selectors look at the fields of the kind")
    func fields() throws {
        var event = Object(kind: .event, metadata: ObjectMeta(name: "e1", namespace: "fleet"))
        event.content["involvedObject"] = ["name": "berlin", "uid": "7"]
        event.content["type"] = "Warning"
        let matching = "involvedObject.name=berlin,involvedObject.uid=7,type!=Normal,metadata.namespace=fleet"
        #expect(try FieldSelector(matching, for: .event).matches(event))
        #expect(try !FieldSelector("involvedObject.name!=berlin", for: .event).matches(event))
        #expect(try FieldSelector("metadata.name=e1", for: .event).name == "e1")
        let error = #expect(throws: APIStatus.self) { try FieldSelector("spec.size=1", for: .widget) }
        #expect(error?.message == "field label not supported: spec.size")
        #expect(throws: APIStatus.self) { try FieldSelector("metadata.name", for: .widget) }
    }
}
