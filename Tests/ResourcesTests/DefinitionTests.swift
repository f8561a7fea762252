import JSON
import KubernetesModel
import Testing

@testable import Resources

@Suite("Definitions")
struct DefinitionTests {
    @Test("names are those that the command line and kubectl know")
    func names() {
        #expect(PeerageAPI.definitions.map(\.kind.shortNames) == [["bp"], ["bpa"], ["bpr"], ["rt"]])
        #expect(PeerageAPI.definitions.allSatisfy { $0.kind.categories == ["peerage"] && $0.kind.hasStatus })
        #expect(
            PeerageAPI.definition(of: .bigPeerReplication)?.kind.qualifiedPlural == "bigpeerreplications.peerage.dev"
        )
        #expect(PeerageAPI.definition(of: .secret) == nil)
    }

    // https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ "Resource use by
    // validation functions": without bounds, the cost of CEL rules is estimated by the largest request.
    @Test("CRDs are structural: no $ref, a type everywhere, and a bound on every string, list and map")
    func structural() throws {
        for definition in PeerageAPI.definitions {
            let version = try #require(definition.customResourceDefinition["spec"]?["versions"]?.array?.first)
            let schema = try #require(version["schema"]?["openAPIV3Schema"])
            for (name, property) in try #require(schema["properties"]?.object?.members.map { ($0.key, $0.value) })
            where ["spec", "status"].contains(name) {
                self.check(property, at: "\(definition.kind.kind).\(name)")
            }
        }
    }

    private func check(_ schema: JSONValue, at path: String) {
        #expect(schema["$ref"] == nil, "\(path)")
        #expect(
            schema["default"] == nil,
            "a CRD that fills in defaults makes every GitOps tool see a difference: \(path)"
        )
        #expect(schema["description"]?.string?.isEmpty == false, "\(path)")
        switch schema["type"] {
        case "string": #expect(schema["maxLength"] != nil || schema["enum"] != nil, "\(path)")
        case "array":
            #expect(schema["maxItems"] != nil, "\(path)")
            if let items = schema["items"] { self.check(items, at: "\(path)[]") }
            // Keys of a list map must be there or have a default.
            for key in schema["x-kubernetes-list-map-keys"]?.array ?? [] {
                #expect(schema["items"]?["required"]?.array?.contains(key) == true, "\(path)")
            }
        case "object":
            for member in schema["properties"]?.object?.members ?? [] {
                self.check(member.value, at: "\(path).\(member.key)")
            }
            if let values = schema["additionalProperties"] {
                #expect(schema["maxProperties"] != nil, "\(path)")
                #expect(schema["properties"] == nil, "\(path)")
                self.check(values, at: "\(path).*")
            }
        case "integer", "boolean": break
        default: Issue.record("no type at \(path)")
        }
    }

    @Test("every default of the documentation is one that the schema allows")
    func defaults() {
        func check(_ schema: Schema, at path: String) {
            switch schema.form {
            case .object(let object):
                for property in object.properties {
                    if let value = property.defaultValue {
                        #expect(property.schema.problems(in: value) == [], "\(path).\(property.name)")
                    }
                    check(property.schema, at: "\(path).\(property.name)")
                }
            case .map(let map): check(map.values, at: "\(path).*")
            case .list(let list): check(list.elements, at: "\(path)[]")
            case .string, .integer, .boolean, .anything: break
            }
        }
        for definition in PeerageAPI.definitions { check(definition.schema, at: definition.kind.kind) }
    }

    @Test("columns point at fields that exist")
    func columns() {
        for definition in PeerageAPI.definitions {
            for column in definition.printerColumns {
                guard case .field(let names) = column.source else { continue }
                #expect(definition.schema[names] != nil, "\(definition.kind.kind) \(column.name)")
            }
        }
    }
}
