import JSON

/// A message as it came: its type, API and source are known, everything else is bytes that are looked at on demand.
///
/// ```
/// {"mt":"ReplicateNext","api":"cars","src":"r1","peerage":{"credit":65536}}
///  └ type               └ api        └ source   └ member(_:)
/// ```
///
/// Of two properties with one name the first counts.
struct Envelope: Sendable {
    private struct Member {
        let name: TextRange
        let value: TextRange
    }

    /// The whole message.
    let bytes: [UInt8]
    /// The type; `nil` when it is not known here.
    let type: MessageType?
    private let members: [Member]

    /// Looks through a message.
    init(_ bytes: [UInt8]) throws(MessageError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(MessageError) in try Self.members(of: buffer) }
        }
        self.members = try result.get()
        self.bytes = bytes
        var type: MessageType?
        if let member = self.members.first(where: { Self.isNamed("mt", $0, in: bytes) }), member.value.count > 2,
            bytes[Int(member.value.start)] == UInt8(ascii: "\"")
        {
            type = MessageType(text: bytes[(Int(member.value.start) + 1)..<(Int(member.value.end) - 1)])
        }
        self.type = type
    }

    private static func members(of buffer: UnsafeBufferPointer<UInt8>) throws(MessageError) -> [Member] {
        var scanner = MessageScanner(buffer)
        var members: [Member] = []
        members.reserveCapacity(6)
        guard scanner.take(UInt8(ascii: "{")) else { throw scanner.missing(.object) }
        if !scanner.take(UInt8(ascii: "}")) {
            while true {
                let name = try scanner.takeName()
                members.append(Member(name: name, value: try scanner.takeValue()))
                if scanner.take(UInt8(ascii: ",")) { continue }
                guard scanner.take(UInt8(ascii: "}")) else { throw scanner.missing(.commaOrBrace) }
                break
            }
        }
        guard scanner.peek() == nil else { throw scanner.missing(.end) }
        return members
    }

    private static func isNamed(_ name: StaticString, _ member: Member, in bytes: [UInt8]) -> Bool {
        guard member.name.count == name.utf8CodeUnitCount else { return false }
        return bytes[member.name.indices].elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        )
    }

    /// Where the value of a property stands in `bytes`.
    func range(_ name: StaticString) -> TextRange? {
        self.members.first { Self.isNamed(name, $0, in: self.bytes) }?.value
    }

    /// The text of a property's value.
    func text(_ name: StaticString) -> [UInt8]? {
        self.range(name).map { Array(self.bytes[$0.indices]) }
    }

    /// A property's value; `nil` when it is not there or is not JSON.
    func value(_ name: StaticString) -> JSONValue? {
        guard let text = self.text(name) else { return nil }
        return try? JSONValue(parsing: text, maximumDepth: MessageScanner.maximumDepth)
    }

    /// A property that is a string.
    func string(_ name: StaticString) -> String? { self.value(name)?.string }

    /// A property that is `true`.
    func flag(_ name: StaticString) -> Bool { self.value(name)?.bool ?? false }

    /// A property that is a number from 0 to 2^63-1.
    func number(_ name: StaticString) -> UInt64? {
        self.value(name)?.integer.flatMap { UInt64(exactly: $0) }
    }

    /// The members of an object inside the message, in their order; `nil` when it is none.
    func members(of object: TextRange) -> [(name: TextRange, value: TextRange)]? {
        self.bytes.withUnsafeBufferPointer { buffer in
            guard object.indices.upperBound <= buffer.count else { return nil }
            let text = UnsafeBufferPointer(rebasing: buffer[object.indices])
            let start = Int(object.start)
            return try? Self.members(of: text).map { member in
                (
                    TextRange(Int(member.name.start) + start, Int(member.name.end) + start),
                    TextRange(Int(member.value.start) + start, Int(member.value.end) + start)
                )
            }
        }
    }

    /// The `src` as it came, to be sent back; empty when there is none or it is no JSON without white space.
    var source: [UInt8] { self.echo("src") }

    /// The API as it came; empty when there is none.
    var api: [UInt8] { self.echo("api") }

    /// A value that may be repeated in an answer: short, JSON, and free of white space that is not in a string.
    private func echo(_ name: StaticString) -> [UInt8] {
        guard let text = self.text(name), text.count <= AppWebsocketLimits.echoBytes,
            let value = try? JSONValue(parsing: text)
        else { return [] }
        if case .string = value { return text }
        return value.bytes
    }
}
