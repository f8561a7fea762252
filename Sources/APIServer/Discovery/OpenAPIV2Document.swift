import JSON
import KubernetesModel

/// The OpenAPI v2 description of all kinds, made from that of v3: what kubectl before 1.24 validates and explains by.
struct OpenAPIV2Document {
    /// The description.
    let json: JSONValue

    /// Describes the kinds.
    init(_ document: OpenAPIDocument) {
        var definitions = JSONObject()
        for member in document.schemas.members { definitions[member.key] = member.value.inV2 }
        var paths = JSONObject()
        for member in document.paths.members { paths[member.key] = Self.item(member.value) }
        self.json = [
            "swagger": "2.0", "info": ["title": "Peerage", "version": "unversioned"], "paths": .object(paths),
            "definitions": .object(definitions),
        ]
    }

    private static func item(_ item: JSONValue) -> JSONValue {
        var result = JSONObject()
        for member in item.object?.members ?? [] {
            if let parameters = member.value.array {
                result[member.key] = .array(parameters.map(Self.parameter))
            } else {
                result[member.key] = Self.operation(member.value)
            }
        }
        return .object(result)
    }

    private static func operation(_ operation: JSONValue) -> JSONValue {
        var result = operation
        result["requestBody"] = nil
        var parameters = (operation["parameters"]?.array ?? []).map(Self.parameter)
        if let content = operation["requestBody"]?["content"]?.object, let body = content.members.first {
            let schema = body.value["schema"]?.inV2 ?? ["type": "object"]
            parameters.append(["name": "body", "in": "body", "schema": schema])
            result["consumes"] = .array(content.members.map { .string($0.key) })
        }
        result["parameters"] = .array(parameters)
        result["produces"] = ["application/json", "application/yaml"]
        var responses = JSONObject()
        for response in operation["responses"]?.object?.members ?? [] {
            let schema = response.value["content"]?["application/json"]?["schema"]?.inV2 ?? ["type": "object"]
            responses[response.key] = ["description": response.value["description"] ?? "", "schema": schema]
        }
        result["responses"] = .object(responses)
        return result
    }

    private static func parameter(_ parameter: JSONValue) -> JSONValue {
        var result = parameter
        result["schema"] = nil
        result["type"] = parameter["schema"]?["type"] ?? "string"
        result["uniqueItems"] = true
        return result
    }
}

extension JSONValue {
    /// A schema of v3 in the narrower words of v2.
    fileprivate var inV2: JSONValue {
        guard let schema = self.object else { return self }
        var result = JSONObject()
        for member in schema.members {
            switch member.key {
            case "$ref": result["$ref"] = member.value.string.map { .string($0.inV2) }
            case "allOf": result["$ref"] = member.value.array?.first?["$ref"]?.string.map { .string($0.inV2) }
            case "properties":
                result["properties"] = .object(
                    JSONObject((member.value.object?.members ?? []).map { .init(key: $0.key, value: $0.value.inV2) })
                )
            case "items", "additionalProperties": result[member.key] = member.value.inV2
            case "nullable", "x-kubernetes-validations": break
            default: result[member.key] = member.value
            }
        }
        return .object(result)
    }
}

extension String {
    fileprivate var inV2: String {
        let prefix = "#/components/schemas/"
        return self.hasPrefix(prefix) ? "#/definitions/\(self.dropFirst(prefix.count))" : self
    }
}
