/// Puts a protobuf message together.
struct ProtobufWriter {
    /// What has been written so far.
    private(set) var bytes: [UInt8] = []

    /// Creates an empty message.
    init() {}

    /// Appends a string.
    mutating func append(_ number: UInt64, _ text: String) {
        self.append(number, Array(text.utf8))
    }

    /// Appends a message.
    mutating func append(_ number: UInt64, _ message: ProtobufWriter) {
        self.append(number, message.bytes)
    }

    /// Appends a number that is not negative, or a boolean.
    mutating func append(_ number: UInt64, _ value: UInt64) {
        self.append(varint: number << 3)
        self.append(varint: value)
    }

    /// Appends a floating-point number.
    mutating func append(_ number: UInt64, _ value: Double) {
        self.append(varint: number << 3 | 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { self.bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ number: UInt64, _ value: [UInt8]) {
        self.append(varint: number << 3 | 2)
        self.append(varint: UInt64(value.count))
        self.bytes.append(contentsOf: value)
    }

    private mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        self.bytes.append(UInt8(value))
    }
}
