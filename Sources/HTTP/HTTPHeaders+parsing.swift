extension HTTPHeaders {
    /// Reads the fields of a response head: a status line, then one field a line.
    ///
    /// Lines without a colon are passed over, as libcurl has already accepted the response. A line that starts with
    /// white space continues the value above it (RFC 9112 §5.2, obsolete but seen).
    init(parsing head: [UInt8]) {
        var fields: [Field] = []
        for line in head.split(separator: UInt8(ascii: "\n")).dropFirst() {
            if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                let rest = Self.text(line)
                if let last = fields.popLast(), !rest.isEmpty {
                    fields.append(Field(name: last.name, value: last.value + " " + rest))
                }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                fields.append(Field(name: Self.text(line[..<colon]), value: Self.text(line[(colon + 1)...])))
            }
        }
        self.init(fields)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while let first = bytes.first, Self.isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
