import JSON
import KubernetesModel
import YAML

/// Reads the body of a request.
enum BodyReader {
    /// The longest body that is read.
    static let maximumBytes = 3 << 20
    /// How deep a body may be.
    static let maximumDepth = 100

    /// Reads an object to be written.
    static func object(of request: APIRequest) throws(APIStatus) -> JSONValue {
        let json: JSONValue
        switch request.contentType {
        case "", "application/json": json = try Self.json(request.body)
        case "application/yaml", "text/yaml": json = try Self.yaml(request.body)
        case ProtobufObject.mediaType: json = try Self.protobuf(request.body)
        default:
            throw APIStatus(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json, application/yaml"
            )
        }
        guard json.object != nil else {
            throw APIStatus(.badRequest, "the body is \(json.sort); expected an object")
        }
        return json
    }

    /// What a client is told of fields that its JSON has more than once; the last of them counts.
    ///
    /// - Parameter request: The request with the body.
    /// - Returns: The warnings to answer with.
    /// - Throws: `BadRequest` when the client wants such a body to be refused.
    static func duplicateWarnings(of request: APIRequest) throws(APIStatus) -> [String] {
        let validation = try FieldValidation(request.target)
        var duplicates: [[PathComponent]] = []
        let json = try? JSONValue(parsing: request.body, maximumDepth: Self.maximumDepth, duplicates: &duplicates)
        // Other formats have been read already, and YAML cannot have duplicates.
        guard json != nil, validation != .ignore, !duplicates.isEmpty else { return [] }
        let words = duplicates.map { "duplicate field \"\(FieldPath($0))\"" }
        guard validation == .warn else {
            throw APIStatus(.badRequest, "strict decoding error: \(words.joined(separator: ", "))")
        }
        return words
    }

    /// Reads JSON.
    static func json(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
        guard !bytes.isEmpty else { throw APIStatus(.badRequest, "the request has no body; expected an object") }
        do throws(JSONError) {
            var duplicates: [[PathComponent]] = []
            return try JSONValue(parsing: bytes, maximumDepth: Self.maximumDepth, duplicates: &duplicates)
        } catch {
            throw APIStatus(.badRequest, "the body is not valid JSON: \(error)")
        }
    }

    /// Reads the configuration of a server-side apply: YAML, which may be JSON.
    static func applied(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
        let configuration: JSONValue
        if bytes.first == UInt8(ascii: "{"), let json = try? Self.json(bytes) {
            configuration = json
        } else {
            configuration = try Self.yaml(bytes)
        }
        guard configuration.object != nil else {
            throw APIStatus(.badRequest, "the configuration is \(configuration.sort); expected an object")
        }
        return configuration
    }

    private static func protobuf(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
        do throws(ProtobufError) {
            return try ProtobufObject.json(bytes)
        } catch {
            throw APIStatus(.badRequest, "the body cannot be read: \(error)")
        }
    }

    private static func yaml(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
        var limits = YAMLLimits()
        limits.inputBytes = Self.maximumBytes
        limits.depth = Self.maximumDepth
        limits.nodes = 200_000
        limits.textBytes = 2 * Self.maximumBytes
        limits.documents = 2
        let documents: [YAMLDocument]
        do throws(YAMLError) {
            documents = try YAML.documents(in: bytes, limits: limits)
        } catch {
            throw APIStatus(.badRequest, "the body is not valid YAML: \(error)")
        }
        guard let document = documents.first, documents.count == 1 else {
            throw APIStatus(.badRequest, "the body has \(documents.count) YAML documents; expected one")
        }
        return document.root.json
    }
}
