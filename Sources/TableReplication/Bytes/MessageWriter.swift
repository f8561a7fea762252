/// Writes one message as JSON without white space, copying what is JSON already.
///
/// Whether a comma is due follows from the byte before, so that a writer keeps no state but its bytes.
struct MessageWriter {
    /// The message so far.
    private(set) var bytes: [UInt8] = []

    /// Creates a writer with nothing written.
    init(reserving capacity: Int = 160) {
        self.bytes.reserveCapacity(capacity)
    }

    /// Creates a writer that has written a message's opening: `{"mt":…,"api":…,"src":…`.
    ///
    /// - Parameters:
    ///   - type: The message's type.
    ///   - api: The API as JSON text; left out when empty.
    ///   - source: The `src` as JSON text, as it came; left out when empty.
    ///   - capacity: How many bytes to make room for.
    init(_ type: MessageType, api: [UInt8] = [], source: [UInt8] = [], reserving capacity: Int = 160) {
        self.init(reserving: capacity)
        self.openObject()
        self.name("mt")
        self.string(type.rawValue)
        if !api.isEmpty { self.member("api", json: api) }
        if !source.isEmpty { self.member("src", json: source) }
    }

    /// The message, closed.
    consuming func finished() -> [UInt8] {
        self.closeObject()
        return self.bytes
    }

    /// The message, closed; the writer is empty afterwards.
    mutating func taken() -> [UInt8] {
        self.closeObject()
        defer { self.bytes = [] }
        return self.bytes
    }

    /// Takes back what was written behind a length.
    mutating func truncate(to count: Int) { self.bytes.removeLast(max(0, self.bytes.count - count)) }

    mutating func openObject() {
        self.separate()
        self.bytes.append(UInt8(ascii: "{"))
    }

    mutating func closeObject() { self.bytes.append(UInt8(ascii: "}")) }

    mutating func openArray() {
        self.separate()
        self.bytes.append(UInt8(ascii: "["))
    }

    mutating func closeArray() { self.bytes.append(UInt8(ascii: "]")) }

    /// Writes a member's name, which must need no escape.
    mutating func name(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a member's name that is JSON text already, quotes included.
    mutating func name(json name: some Collection<UInt8>) {
        self.json(name)
        self.bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a value that is JSON already.
    mutating func json(_ text: some Collection<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: text)
    }

    /// Writes a string.
    mutating func string(_ text: String) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.appendEscaped(text.utf8)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Writes text that is valid inside quotes but for quotes, backslashes and control characters.
    mutating func string(bytes text: some Collection<UInt8>) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.appendEscaped(text)
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func number(_ value: UInt64) {
        self.separate()
        self.bytes.append(decimal: value)
    }

    mutating func bool(_ value: Bool) {
        self.json(value ? "true".utf8 : "false".utf8)
    }

    mutating func member(_ name: StaticString, _ value: UInt64) {
        self.name(name)
        self.number(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.bool(value)
    }

    mutating func member(_ name: StaticString, _ value: String) {
        self.name(name)
        self.string(value)
    }

    mutating func member(_ name: StaticString, json value: some Collection<UInt8>) {
        self.name(name)
        self.json(value)
    }

    /// Writes the comma between two values, if this is not the first.
    @inline(__always)
    private mutating func separate() {
        switch self.bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): return
        default: self.bytes.append(UInt8(ascii: ","))
        }
    }
}
