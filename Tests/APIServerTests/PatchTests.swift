import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Patches")
struct PatchTests {
    // RFC 7396, Appendix A.
    @Test(
        "merge patches give the results of RFC 7396",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#), (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
            (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ]
    )
    func merge(original: String, patch: String, expected: String) throws {
        let result = try JSONValue(parsing: original).merged(with: JSONValue(parsing: patch))
        #expect(try result == JSONValue(parsing: expected))
    }

    // RFC 6902, Appendix A; numbers of the examples in the comments.
    @Test(
        "JSON patches give the results of RFC 6902",
        arguments: [
            (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),  // A.1
            (#"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"q"}]"#, #"{"foo":["bar","q","baz"]}"#),
            (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),  // A.3
            (#"{"foo":["a","b","c"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["a","c"]}"#),  // A.4
            (#"{"baz":"qux"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#, #"{"baz":"boo"}"#),  // A.5
            (
                #"{"foo":{"bar":"baz","w":"f"},"qux":{"c":"g"}}"#,
                #"[{"op":"move","from":"/foo/w","path":"/qux/t"}]"#, #"{"foo":{"bar":"baz"},"qux":{"c":"g","t":"f"}}"#
            ),  // A.6
            (
                #"{"foo":["a","g","c","e"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
                #"{"foo":["a","c","e","g"]}"#
            ),
            (#"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"qux"}]"#, #"{"baz":"qux"}"#),  // A.8
            (#"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#, nil),  // A.9
            (
                #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"g":{}}}]"#,
                #"{"child":{"g":{}},"foo":"bar"}"#
            ),
            (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, nil),  // A.12
            (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),  // A.14
            (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["a"]}]"#, #"{"foo":["bar",["a"]]}"#),  // A.16
            (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/a/c"}]"#, #"{"a":{"b":1,"c":{"b":1}}}"#),
            (#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/c"}]"#, nil),
            (#"{"a":[1]}"#, #"[{"op":"add","path":"/a/2","value":1}]"#, nil),
            (#"{"a":[1]}"#, #"[{"op":"replace","path":"/a/00","value":1}]"#, nil),
            (#"{"a":[1]}"#, #"[{"op":"remove","path":"/b"}]"#, nil),
            (#"{"a":1}"#, #"[{"op":"remove","path":""}]"#, nil),
            (#"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
        ] as [(String, String, String?)]
    )
    func operations(original: String, patch: String, expected: String?) throws {
        let operations = try JSONPatchOperation.operations(JSONValue(parsing: patch))
        let result = try? Patch.operations(operations).applied(to: JSONValue(parsing: original))
        #expect(try result == expected.map { try JSONValue(parsing: $0) })
    }

    @Test("a small JSON patch cannot build a huge or deep document")
    func bombs() throws {
        let double: JSONValue = ["op": "copy", "from": "/a", "path": "/a/-"]
        let bomb = try JSONPatchOperation.operations(.array(Array(repeating: double, count: 200)))
        #expect(throws: APIStatus.self) { try Patch.operations(bomb).applied(to: ["a": [1, 2, 3]]) }
        let dig: JSONValue = ["op": "move", "from": "/a", "path": "/b/a"]
        let bury: JSONValue = ["op": "move", "from": "/b", "path": "/a"]
        let seed: JSONValue = ["op": "add", "path": "/b", "value": [:]]
        let steps = (0..<200).flatMap { _ in [seed, dig, bury] }
        let digging = try JSONPatchOperation.operations(.array(steps))
        #expect(throws: APIStatus.self) { try Patch.operations(digging).applied(to: ["a": [:]]) }
    }

    @Test("a strategic merge patch merges finalizers and obeys its directives")
    func strategic() throws {
        let secret = try JSONValue(
            parsing: #"{"metadata":{"finalizers":["a"],"labels":{"x":"1","y":"2"}},"data":{"k":"v"},"type":"Opaque"}"#
        )
        let patch = try JSONValue(
            parsing: """
                {"metadata":{"finalizers":["b"],"labels":{"x":null},"$setElementOrder/finalizers":["a","b"]},
                 "data":{"$patch":"replace","n":"m"}}
                """
        )
        let expected = try JSONValue(
            parsing: #"{"metadata":{"finalizers":["a","b"],"labels":{"y":"2"}},"data":{"n":"m"},"type":"Opaque"}"#
        )
        #expect(secret.strategicallyMerged(with: patch) == expected)
        let removal = try JSONValue(parsing: #"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}"#)
        #expect(secret.strategicallyMerged(with: removal)["metadata"]?["finalizers"] == [])
    }

    @Test("unknown patch types are refused")
    func types() {
        let unknown = #expect(throws: APIStatus.self) {
            try Patch(contentType: "application/apply-patch+cbor", body: [:], for: .widget)
        }
        #expect(unknown?.reason == .unsupportedMediaType)
        let strategic = #expect(throws: APIStatus.self) {
            try Patch(contentType: "application/strategic-merge-patch+json", body: [:], for: .widget)
        }
        #expect(strategic?.reason == .unsupportedMediaType)
        #expect(throws: Never.self) {
            try Patch(contentType: "application/strategic-merge-patch+json", body: [:], for: .secret)
        }
    }
}
