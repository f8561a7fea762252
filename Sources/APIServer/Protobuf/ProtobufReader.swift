/// Why bytes are not the protobuf message that was expected.
struct ProtobufError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    let description: String
}

/// Takes a protobuf message apart into its fields.
///
/// Source: https://protobuf.dev/programming-guides/encoding/. Groups, which nobody writes any more, are refused.
struct ProtobufReader {
    /// What stands in a field.
    enum Value: Sendable, Hashable {
        /// Numbers and booleans.
        case number(UInt64)
        /// Strings, bytes, messages, maps' entries.
        case bytes(ArraySlice<UInt8>)
        /// Fixed-width numbers, which no Kubernetes type that is read here has.
        case skipped
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.rest = bytes
    }

    /// The next field; `nil` at the end.
    mutating func next() throws(ProtobufError) -> (number: UInt64, value: Value)? {
        guard !self.rest.isEmpty else { return nil }
        let key = try self.varint()
        switch key & 7 {
        case 0: return (key >> 3, .number(try self.varint()))
        case 1: return (key >> 3, try self.skip(8))
        case 2:
            let count = try self.varint()
            guard count <= UInt64(self.rest.count) else { throw Self.truncated }
            let bytes = self.rest.prefix(Int(count))
            self.rest = self.rest.dropFirst(Int(count))
            return (key >> 3, .bytes(bytes))
        case 5: return (key >> 3, try self.skip(4))
        default: throw ProtobufError(description: "a field of wire type \(key & 7)")
        }
    }

    private mutating func skip(_ count: Int) throws(ProtobufError) -> Value {
        guard count <= self.rest.count else { throw Self.truncated }
        self.rest = self.rest.dropFirst(count)
        return .skipped
    }

    private mutating func varint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = self.rest.popFirst() {
            guard shift < 64 else { throw ProtobufError(description: "a number of more than 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw Self.truncated
    }

    private static let truncated = ProtobufError(description: "the message ends inside a field")
}
