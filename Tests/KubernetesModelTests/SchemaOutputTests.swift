import JSON
import KubernetesModel
import Testing

@Suite("Schema output")
struct SchemaOutputTests {
    private static let schema = Schema.object(
        "A test.",
        [
            .required("name", .string("A name.", .dnsLabel, length: 1...63), .fixed),
            .optional("namespace", .string("A namespace.", length: 1...63), .fixedOnceSet),
            .optional("count", .integer("A count.", 1...10), default: 3),
            .optional("hosts", .list("Hosts.", of: .string("A host.", length: 1...9), .set, maximumCount: 3)),
            .optional("mode", .word("A mode.", ["On", "Off"])),
        ]
    )

    @Test("OpenAPI is structural, bounded, and guards immutable fields with CEL")
    func openAPI() throws {
        let openAPI = Self.schema.openAPI
        #expect(openAPI["required"] == ["name"])
        #expect(
            openAPI["x-kubernetes-validations"] == [
                [
                    "rule": "!has(oldSelf.__namespace__) || has(self.__namespace__)",
                    "message": "namespace is immutable once set",
                ]
            ]
        )
        let properties = try #require(openAPI["properties"])
        #expect(
            properties["name"] == [
                "type": "string", "description": "A name.", "minLength": 1, "maxLength": 63,
                "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
                "x-kubernetes-validations": [["rule": "self == oldSelf", "message": "name is immutable"]],
            ]
        )
        #expect(
            properties["count"] == [
                "type": "integer", "format": "int64", "minimum": 1, "maximum": 10,
                "description": "A count. Defaults to 3.",
            ]
        )
        #expect(
            properties["hosts"] == [
                "type": "array", "description": "Hosts.", "maxItems": 3, "x-kubernetes-list-type": "set",
                "items": ["type": "string", "description": "A host.", "minLength": 1, "maxLength": 9],
            ]
        )
        #expect(properties["mode"] == ["type": "string", "description": "A mode.", "enum": ["On", "Off"]])
    }

    @Test("JSON Schema is closed, tells defaults, and lets null stand for what may be left out")
    func jsonSchema() throws {
        let schema = Self.schema.jsonSchema
        #expect(schema["additionalProperties"] == false)
        let properties = try #require(schema["properties"])
        #expect(properties["name"]?["type"] == "string")
        #expect(properties["count"]?["type"] == ["integer", "null"])
        #expect(properties["count"]?["default"] == 3)
        #expect(properties["hosts"]?["uniqueItems"] == true)
        #expect(properties["mode"]?["enum"] == ["On", "Off", .null])
    }

    @Test("a field is found by its path, through lists and maps")
    func path() {
        let schema = Schema.object("O.", [.optional("list", .list("L.", of: Self.schema, maximumCount: 1))])
        #expect(schema[["list", "count"]]?.description == "A count.")
        #expect(schema[["list", "nothing"]] == nil)
        #expect(schema[[]]?.description == "O.")
    }

    @Test("only the words that CEL keeps for itself are escaped")
    func escaping() {
        #expect("namespace".escapedForCEL == "__namespace__")
        #expect("endpoint".escapedForCEL == "endpoint")
    }
}
