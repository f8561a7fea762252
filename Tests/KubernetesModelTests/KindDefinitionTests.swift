import JSON
import KubernetesModel
import Testing

@Suite("KindDefinition")
struct KindDefinitionTests {
    private static let definition = KindDefinition(
        kind: ResourceKind(
            group: "example.dev",
            version: "v1",
            kind: "Widget",
            plural: "widgets",
            shortNames: ["w"],
            categories: ["example"],
            hasStatus: true
        ),
        description: "A widget.",
        spec: .object("The spec.", [.optional("size", .integer("A size.", 0...9), .fixed)]),
        status: .object("The status.", [.optional("conditions", .conditions)]),
        printerColumns: [.condition("Ready", "Whether it is ready."), .age],
        rules: { new, _ in
            guard new["spec"]?["size"] == 7 else { return [] }
            return [.warning(.discouraged, at: FieldPath([.key("spec"), .key("size")]), "is seven")]
        }
    )

    private func widget(_ metadata: JSONValue, _ spec: JSONValue = [:]) -> JSONValue {
        ["apiVersion": "example.dev/v1", "kind": "Widget", "metadata": metadata, "spec": spec]
    }

    private func problems(_ object: JSONValue, old: JSONValue? = nil) -> [String] {
        Self.definition.problems(in: object, old: old).map(\.description)
    }

    @Test("fields, metadata, immutability and the kind's own rules are all asked")
    func everything() {
        #expect(self.problems(self.widget(["name": "a"])) == [])
        #expect(self.problems(self.widget(["name": "a"], ["size": 7])) == ["spec.size: is seven"])
        #expect(
            self.problems(self.widget(["name": "a"], ["size": 8]), old: self.widget(["name": "a"])) == [
                "spec.size: is immutable: it was absent and cannot become 8; delete the object and create it anew instead"
            ]
        )
        #expect(
            self.problems(self.widget(["labels": ["a": 1, "b": "c d"]])) == [
                "metadata.labels.a: is the integer 1; expected a string: write \"1\" in quotes",
                "metadata.labels.b: has a space at character 2; expected up to 63 letters, digits, \"-\", \"_\" and "
                    + "\".\", starting and ending with a letter or digit",
                "metadata.name: is missing; expected \(DNSLabel.meaning)",
            ]
        )
    }

    @Test("a generated name is a name, and server fields may be null")
    func serverFields() {
        #expect(self.problems(self.widget(["generateName": "a-", "creationTimestamp": .null])) == [])
    }

    @Test("annotations are bounded together")
    func annotations() {
        let note = JSONValue.string(String(repeating: "x", count: 200_000))
        let problems = self.problems(self.widget(["name": "a", "annotations": ["a": note, "b": note]]))
        #expect(problems == ["metadata.annotations: has 400002 bytes in all; expected at most 262144"])
    }

    @Test("no shape of object traps", arguments: [.null, true, 1, "x", [], [:], ["spec": []]] as [JSONValue])
    func anyShape(json: JSONValue) {
        #expect(!Self.definition.problems(in: json, old: json).isEmpty)
    }

    @Test("problems become the causes of a 422")
    func status() {
        let kind = Self.definition.kind
        let problems = Self.definition.problems(in: self.widget(["name": "a"], ["size": "1", "siz": 1]))
        let status = APIStatus.invalid(kind, "a", problems)
        #expect(status.reason == .invalid)
        #expect(status.causes.map(\.field) == ["spec.siz", "spec.size"])
        #expect(status.causes.map(\.reason) == ["FieldValueInvalid", "FieldValueTypeInvalid"])
        #expect(status.message.hasPrefix("Widget.example.dev \"a\" is invalid: [spec.siz: unknown field"))
    }

    @Test("a CRD says what apiextensions.k8s.io/v1 asks for")
    func customResourceDefinition() throws {
        let crd = Self.definition.customResourceDefinition
        #expect(crd["metadata"]?["name"] == "widgets.example.dev")
        #expect(
            crd["spec"]?["names"] == [
                "kind": "Widget", "listKind": "WidgetList", "plural": "widgets", "singular": "widget",
                "shortNames": ["w"], "categories": ["example"],
            ]
        )
        let version = try #require(crd["spec"]?["versions"]?.array?.first)
        #expect(version["subresources"] == ["status": [:]])
        #expect(
            version["additionalPrinterColumns"] == [
                [
                    "name": "Ready", "type": "string", "description": "Whether it is ready.",
                    "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status",
                ],
                [
                    "name": "Age", "type": "date", "description": "How long the object has existed.",
                    "jsonPath": ".metadata.creationTimestamp",
                ],
            ]
        )
        // Structural schemas may constrain nothing of the metadata but name and generateName.
        let properties = version["schema"]?["openAPIV3Schema"]?["properties"]
        #expect(properties?["metadata"]?["properties"]?.object?.keys.map(\.self) == ["name"])
        #expect(properties?["kind"]?["enum"] == nil)
    }

    @Test("columns read their values from objects")
    func columns() {
        var object = self.widget(["name": "a", "creationTimestamp": "2026-01-02T03:04:05Z"])
        object["status"] = [
            "conditions": [["type": "Synced", "status": "False"], ["type": "Ready", "status": "True"]]
        ]
        #expect(Self.definition.printerColumns.map { $0.value(in: object) } == ["True", "2026-01-02T03:04:05Z"])
        #expect(Self.definition.printerColumns.map { $0.value(in: [:]) } == [nil, nil])
    }
}
