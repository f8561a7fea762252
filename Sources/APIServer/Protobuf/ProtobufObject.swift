import Clocks
import FoundationEssentials
import JSON

/// Reads the objects of Kubernetes' own kinds that typed clients, such as `kubectl create secret`, send as protobuf.
///
/// Answers are JSON: every client that writes protobuf reads JSON as well.
/// Source: Kubernetes, "Kubernetes API Concepts", "Kubernetes Protobuf encoding".
enum ProtobufObject {
    /// The media type.
    static let mediaType = "application/vnd.kubernetes.protobuf"

    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// Reads an object.
    ///
    /// - Parameter bytes: The magic number and the envelope.
    /// - Returns: The object as JSON would say it.
    /// - Throws: What is not as it should be.
    static func json(_ bytes: [UInt8]) throws(ProtobufError) -> JSONValue {
        guard bytes.starts(with: Self.magic) else {
            throw ProtobufError(description: "the body does not begin with \"k8s\" and a zero")
        }
        let body = bytes[Self.magic.count...]
        let envelope = try Self.object(body, .unknown)
        let (version, kind) = (envelope["typeMeta"]?["apiVersion"]?.string, envelope["typeMeta"]?["kind"]?.string)
        guard (envelope["contentEncoding"]?.string ?? "").isEmpty, let kind,
            let schema = ProtobufSchema.named(kind, apiVersion: version ?? "")
        else {
            throw ProtobufError(description: "objects of kind \"\(kind ?? "")\" are not read as protobuf; send JSON")
        }
        var reader = ProtobufReader(body)
        var object = JSONObject()
        while let (number, value) = try reader.next() {
            if number == ProtobufSchema.unknownRaw, case .bytes(let raw) = value {
                object = try Self.object(raw, schema)
            }
        }
        object["apiVersion"] = version.map(JSONValue.string)
        object["kind"] = .string(kind)
        return .object(object)
    }

    private static func object(
        _ bytes: ArraySlice<UInt8>,
        _ schema: ProtobufSchema
    ) throws(ProtobufError) -> JSONObject {
        var object = JSONObject()
        var lists: [String: [JSONValue]] = [:]
        var maps: [String: [JSONObject.Member]] = [:]
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            // Fields that are not known here are those of newer clients.
            guard let field = schema.fields[number] else { continue }
            switch (field.form, value) {
            case (.list(let form), _): lists[field.name, default: []].append(try Self.json(value, form))
            case (.map(let form), .bytes(let entry)):
                maps[field.name, default: []].append(try Self.entry(entry, form))
            default:
                let json = try Self.json(value, field.form)
                // Go writes the empty string of a field that is not set.
                if json != "" && !json.isNull { object[field.name] = json }
            }
        }
        for (name, elements) in lists { object[name] = .array(elements) }
        for (name, members) in maps { object[name] = .object(JSONObject(members)) }
        return object
    }

    private static func entry(
        _ bytes: ArraySlice<UInt8>,
        _ form: ProtobufSchema.Form
    ) throws(ProtobufError) -> JSONObject.Member {
        var reader = ProtobufReader(bytes)
        var key = ""
        var json: JSONValue = ""
        while let (number, value) = try reader.next() {
            if number == 1 { key = try Self.json(value, .string).string ?? "" }
            if number == 2 { json = try Self.json(value, form) }
        }
        return JSONObject.Member(key: key, value: json)
    }

    private static func json(
        _ value: ProtobufReader.Value,
        _ form: ProtobufSchema.Form
    ) throws(ProtobufError) -> JSONValue {
        switch (form, value) {
        case (.string, .bytes(let bytes)):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ProtobufError(description: "a string is not UTF-8")
            }
            return .string(text)
        case (.bytes, .bytes(let bytes)): return .string(Data(bytes).base64EncodedString())
        case (.integer, .number(let number)): return .integer(Int64(bitPattern: number))
        case (.boolean, .number(let number)): return .bool(number != 0)
        case (.time(let hasFraction), .bytes(let bytes)): return try Self.time(bytes, hasFraction: hasFraction)
        case (.message(let schema), .bytes(let bytes)): return .object(try Self.object(bytes, schema))
        default: throw ProtobufError(description: "a field has another type than it should")
        }
    }

    /// `Time` and `MicroTime`; the zero time is written as an empty message.
    private static func time(_ bytes: ArraySlice<UInt8>, hasFraction: Bool) throws(ProtobufError) -> JSONValue {
        guard !bytes.isEmpty else { return .null }
        var reader = ProtobufReader(bytes)
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        while let (number, value) = try reader.next() {
            guard case .number(let bits) = value else { continue }
            if number == 1 { seconds = Int64(bitPattern: bits) }
            if number == 2 { nanoseconds = Int64(bitPattern: bits) }
        }
        let time = Timestamp(seconds: seconds) + .nanoseconds(nanoseconds)
        return .string(hasFraction ? time.rfc3339Micro : time.rfc3339)
    }
}
