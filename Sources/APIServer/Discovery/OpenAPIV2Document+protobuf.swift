import JSON

/// The description as protobuf, the only form in which kubectl asks for it.
///
/// Field numbers are those of https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto.
extension OpenAPIV2Document {
    /// The media type of the answer, which Go can parse, as opposed to the one that it asks for.
    static let answerType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    /// The media type that kubectl asks for.
    static let mediaType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"

    /// The description as protobuf.
    var protobuf: [UInt8] {
        var info = ProtobufWriter()
        info.append(1, self.json["info"]?["title"]?.string ?? "")
        info.append(2, self.json["info"]?["version"]?.string ?? "")
        var paths = ProtobufWriter()
        for path in self.json["paths"]?.members ?? [] { paths.append(2, .named(path.key, Self.item(path.value))) }
        var definitions = ProtobufWriter()
        for schema in self.json["definitions"]?.members ?? [] {
            definitions.append(1, .named(schema.key, Self.schema(schema.value)))
        }
        var document = ProtobufWriter()
        document.append(1, self.json["swagger"]?.string ?? "")
        document.append(2, info)
        document.append(8, paths)
        document.append(9, definitions)
        return document.bytes
    }

    private static let methods: [(name: String, number: UInt64)] = [
        ("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8),
    ]

    private static func item(_ item: JSONValue) -> ProtobufWriter {
        var message = ProtobufWriter()
        for method in Self.methods {
            if let operation = item[method.name] { message.append(method.number, Self.operation(operation)) }
        }
        for parameter in item["parameters"]?.array ?? [] { message.append(9, Self.parameter(parameter)) }
        return message
    }

    private static func operation(_ operation: JSONValue) -> ProtobufWriter {
        var message = ProtobufWriter()
        for type in operation["produces"]?.array ?? [] { message.append(6, type.string ?? "") }
        for type in operation["consumes"]?.array ?? [] { message.append(7, type.string ?? "") }
        for parameter in operation["parameters"]?.array ?? [] { message.append(8, Self.parameter(parameter)) }
        var responses = ProtobufWriter()
        for member in operation["responses"]?.members ?? [] {
            var response = ProtobufWriter()
            response.append(1, member.value["description"]?.string ?? "")
            if let schema = member.value["schema"] { response.append(2, .wrapping(1, Self.schema(schema))) }
            responses.append(1, .named(member.key, .wrapping(1, response)))
        }
        message.append(9, responses)
        Self.appendExtensions(of: operation, 13, to: &message)
        return message
    }

    private static func parameter(_ parameter: JSONValue) -> ProtobufWriter {
        let name = parameter["name"]?.string ?? ""
        let place = parameter["in"]?.string ?? ""
        let isRequired: UInt64 = parameter["required"]?.bool == true ? 1 : 0
        var message = ProtobufWriter()
        if place == "body" {
            message.append(2, name)
            message.append(3, place)
            message.append(4, isRequired)
            if let schema = parameter["schema"] { message.append(5, Self.schema(schema)) }
            return .wrapping(1, .wrapping(1, message))
        }
        message.append(1, isRequired)
        message.append(2, place)
        message.append(4, name)
        let isInPath = place == "path"
        message.append(isInPath ? 5 : 6, parameter["type"]?.string ?? "string")
        return .wrapping(1, .wrapping(2, .wrapping(isInPath ? 4 : 3, message)))
    }

    private static func schema(_ schema: JSONValue) -> ProtobufWriter {
        var message = ProtobufWriter()
        for (name, number) in [("$ref", 1), ("format", 2), ("description", 4), ("pattern", 13)] as [(String, UInt64)] {
            if let text = schema[name]?.string { message.append(number, text) }
        }
        for (name, number) in [("maximum", 7), ("minimum", 9)] as [(String, UInt64)] {
            if let bound = schema[name]?.integer { message.append(number, Double(bound)) }
        }
        for (name, number) in Self.counts {
            if let count = schema[name]?.integer.flatMap(UInt64.init(exactly:)) { message.append(number, count) }
        }
        for name in schema["required"]?.array ?? [] { message.append(19, name.string ?? "") }
        for word in schema["enum"]?.array ?? [] { message.append(20, .yaml(word)) }
        if let values = schema["additionalProperties"] { message.append(21, .wrapping(1, Self.schema(values))) }
        if let type = schema["type"]?.string {
            var item = ProtobufWriter()
            item.append(1, type)
            message.append(22, item)
        }
        if let elements = schema["items"] { message.append(23, .wrapping(1, Self.schema(elements))) }
        if let properties = schema["properties"]?.members {
            var item = ProtobufWriter()
            for property in properties { item.append(1, .named(property.key, Self.schema(property.value))) }
            message.append(25, item)
        }
        Self.appendExtensions(of: schema, 31, to: &message)
        return message
    }

    private static let counts: [(String, UInt64)] = [
        ("maxLength", 11), ("minLength", 12), ("maxItems", 14), ("maxProperties", 17),
    ]

    private static func appendExtensions(of object: JSONValue, _ number: UInt64, to message: inout ProtobufWriter) {
        for member in object.members where member.key.hasPrefix("x-") {
            message.append(number, .named(member.key, .yaml(member.value)))
        }
    }
}

extension JSONValue {
    fileprivate var members: [JSONObject.Member] { self.object?.members ?? [] }
}

extension ProtobufWriter {
    /// A message with one field.
    fileprivate static func wrapping(_ number: UInt64, _ message: ProtobufWriter) -> ProtobufWriter {
        var outer = ProtobufWriter()
        outer.append(number, message)
        return outer
    }

    /// A name with its value, as gnostic writes maps.
    fileprivate static func named(_ name: String, _ value: ProtobufWriter) -> ProtobufWriter {
        var pair = ProtobufWriter()
        pair.append(1, name)
        pair.append(2, value)
        return pair
    }

    /// Any value, as YAML; JSON is YAML.
    fileprivate static func yaml(_ value: JSONValue) -> ProtobufWriter {
        var any = ProtobufWriter()
        any.append(2, value.text)
        return any
    }
}
