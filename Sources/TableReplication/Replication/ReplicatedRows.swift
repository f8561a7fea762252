import JSON

/// Rows between peers of ours, as a replicator reads them.
///
/// ```
/// {"mt":"ReplicateNextResult","api":"cars","src":"r1","rows":[
///    {"usn":42,"doc":{"_id":"a","color":"blue"},"stamps":"0192…7000.7f3c…4b65"},      alive
///    {"usn":43,"id":"b","stamps":"0192…7000.7f3c…4b65;!=0192…7001.7f3c…4b65"},        deleted
///    {"usn":44,"id":"c","stamps":"0192…7002.7f3c…4b65","left":true},                  not selected any more
///    {"usn":45,"id":"e","stamps":"0192…7003.7f3c…4b65","gone":true}],                 evicted by the publisher itself
///  "usn":47,"head":47,"end":true}
///   │        │         └ the initial run is complete; once
///   │        └ the publisher's last durable number
///   └ how far the log has been looked through
/// ```
/// `ReplicateGetResult` has `rows`, and `looked` instead of the rest.
struct ReplicatedRows: Sendable {
    /// The rows; their texts are slices of the message.
    let batch: RowBatch
    /// How far the log has been looked through.
    let usn: UInt64?
    /// The publisher's last durable number.
    let head: UInt64?
    /// Whether the initial run is complete.
    let isEnd: Bool
    /// How many ids of a `ReplicateGet` were looked up.
    let looked: Int?

    /// The highest number that may be used: 2^53 - 1, as JavaScript knows no higher one.
    static let maximumUSN: UInt64 = 1 << 53 - 1

    /// Reads rows.
    init(_ message: Envelope) throws(MessageError) {
        self.usn = message.number("usn")
        self.head = message.number("head")
        self.isEnd = message.flag("end")
        self.looked = message.number("looked").map { Int(clamping: $0) }
        guard let range = message.range("rows") else {
            self.batch = RowBatch()
            return
        }
        // The texts of all rows end up in the message's own buffer: none is copied.
        var escaped: [UInt8] = []
        let base = message.bytes.count
        let result = message.bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(MessageError) in
                try Self.rows(buffer, in: range, escaped: &escaped, base: base)
            }
        }
        let rows = try result.get()
        self.batch = RowBatch(bytes: escaped.isEmpty ? message.bytes : message.bytes + escaped, rows: rows)
    }

    private static func rows(
        _ buffer: UnsafeBufferPointer<UInt8>,
        in range: TextRange,
        escaped: inout [UInt8],
        base: Int
    ) throws(MessageError) -> [RowBatch.Row] {
        var scanner = MessageScanner(buffer, at: Int(range.start))
        var rows: [RowBatch.Row] = []
        rows.reserveCapacity(range.count / 256)
        guard scanner.take(UInt8(ascii: "[")) else { throw scanner.missing(.array) }
        if scanner.take(UInt8(ascii: "]")) { return rows }
        while true {
            rows.append(try Self.row(&scanner, buffer, escaped: &escaped, base: base))
            if scanner.take(UInt8(ascii: ",")) { continue }
            guard scanner.take(UInt8(ascii: "]")) else { throw scanner.missing(.commaOrBracket) }
            return rows
        }
    }

    private static func row(
        _ scanner: inout MessageScanner,
        _ buffer: UnsafeBufferPointer<UInt8>,
        escaped: inout [UInt8],
        base: Int
    ) throws(MessageError) -> RowBatch.Row {
        var usn: UInt64?
        var body = TextRange.none
        var id = TextRange.none
        var stamps = TextRange.none
        var hasLeft = false
        var isGone = false
        guard scanner.take(UInt8(ascii: "{")) else { throw scanner.missing(.object) }
        repeat {
            let name = try scanner.takeName()
            let value = try scanner.takeValue()
            // The names in use differ in their first letters.
            switch (name.count, name.isEmpty ? 0 : buffer[Int(name.start)]) {
            case (3, UInt8(ascii: "u")): usn = Self.number(buffer, value)
            case (3, UInt8(ascii: "d")): body = value
            case (2, UInt8(ascii: "i")): id = value
            case (4, UInt8(ascii: "l")): hasLeft = buffer[Int(value.start)] == UInt8(ascii: "t")
            case (4, UInt8(ascii: "g")): isGone = buffer[Int(value.start)] == UInt8(ascii: "t")
            case (6, UInt8(ascii: "s")): stamps = try Self.plain(buffer, value, escaped: &escaped, base: base)
            default: continue
            }
        } while scanner.take(UInt8(ascii: ","))
        guard scanner.take(UInt8(ascii: "}")) else { throw scanner.missing(.commaOrBrace) }
        guard let usn else { throw .property("usn", expected: "a number up to 2^53-1") }
        guard !stamps.isEmpty else { throw .property("stamps", expected: "a text") }
        guard body.isEmpty != id.isEmpty else { throw .property("doc", expected: "there, or else \"id\"") }
        let kind: RowBatch.Kind = !body.isEmpty ? .alive : isGone ? .gone : hasLeft ? .left : .deleted
        return RowBatch.Row(usn: usn, firstUSN: 0, kind: kind, id: id, body: body, stamps: stamps)
    }

    private static func number(_ buffer: UnsafeBufferPointer<UInt8>, _ range: TextRange) -> UInt64? {
        guard range.count > 0, range.count <= 16 else { return nil }
        var value: UInt64 = 0
        for index in range.indices {
            let digit = buffer[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + UInt64(digit)
        }
        return value <= Self.maximumUSN ? value : nil
    }

    /// A string's contents without escapes: as they stand, or behind the message's end when there are some.
    private static func plain(
        _ buffer: UnsafeBufferPointer<UInt8>,
        _ range: TextRange,
        escaped: inout [UInt8],
        base: Int
    ) throws(MessageError) -> TextRange {
        guard range.count >= 2, buffer[Int(range.start)] == UInt8(ascii: "\"") else {
            throw .property("stamps", expected: "a text")
        }
        let inside = (Int(range.start) + 1)..<(Int(range.end) - 1)
        guard buffer[inside].contains(UInt8(ascii: "\\")) else {
            return TextRange(inside.lowerBound, inside.upperBound)
        }
        guard case .string(let text)? = try? JSONValue(parsing: Array(buffer[range.indices])) else {
            throw .property("stamps", expected: "a text")
        }
        let start = base + escaped.count
        escaped.append(contentsOf: text.utf8)
        return TextRange(start, base + escaped.count)
    }
}
