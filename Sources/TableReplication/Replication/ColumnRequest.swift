import JSON

/// A column that a replicator asks for, with what it means to do to it.
struct ColumnRequest: Sendable, Hashable {
    /// The name as JSON text without its quotes.
    let name: [UInt8]
    /// Whether the replicator means to change it.
    let update: Bool

    /// The name as people read it.
    var text: String {
        let quoted = [UInt8(ascii: "\"")] + self.name + [UInt8(ascii: "\"")]
        return (try? JSONValue(parsing: quoted))?.string ?? String(decoding: self.name, as: UTF8.self)
    }

    /// The key of every table here.
    static let key = ColumnRequest(name: Array("_id".utf8), update: false)

    /// Reads the columns of a `ReplicateStart` or its result in their order; `nil` when there are none.
    static func list(_ name: StaticString, of message: Envelope) -> [ColumnRequest]? {
        guard let range = message.range(name), let members = message.members(of: range) else { return nil }
        return members.prefix(Self.maximumCount).compactMap { member in
            guard let name = Self.canonical(Array(message.bytes[member.name.indices])) else { return nil }
            let value = try? JSONValue(parsing: Array(message.bytes[member.value.indices]))
            return ColumnRequest(name: name, update: value?["update"]?.bool ?? false)
        }
    }

    /// How many columns a session may have.
    static let maximumCount = 512

    /// A name in the form in which our own writer would put it; `nil` when it is no JSON string.
    private static func canonical(_ name: [UInt8]) -> [UInt8]? {
        let quoted = [UInt8(ascii: "\"")] + name + [UInt8(ascii: "\"")]
        guard let value = try? JSONValue(parsing: quoted) else { return nil }
        return Array(value.bytes.dropFirst().dropLast())
    }
}
