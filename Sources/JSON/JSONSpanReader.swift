/// Reads through a JSON text for objects that are wanted as spans; whoever meets anything unusual reads it as a value.
///
/// A function that returns `nil` has not understood: a name with an escape, one that is there twice, an offence. The
/// text is then to be read by `JSONValue(parsing:)`, which takes everything and says what is wrong. So there is one
/// authority on what is valid.
package struct JSONSpanReader {
    private let text: [UInt8]
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private let objectDepth: Int
    private var offset = 0

    /// Creates a reader at the start of a text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - bytes: Its bytes, which must stay where they are while the reader lives.
    ///   - maximumDepth: How many objects and arrays may be inside one another.
    ///   - objectDepth: How many of them an object that becomes a span may be, itself included.
    package init(_ text: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, objectDepth: Int) {
        self.text = text
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.objectDepth = objectDepth
    }

    /// Whether nothing but white space is left.
    package mutating func isAtEnd() -> Bool {
        self.skipSpace()
        return self.offset == self.bytes.count
    }

    /// Whether an object is next.
    package mutating func isAtObject() -> Bool {
        self.skipSpace()
        return self.offset < self.bytes.count && self.bytes[self.offset] == UInt8(ascii: "{")
    }

    /// Reads an object, calling a function at each of its values, which must read that.
    ///
    /// - Parameter body: Takes the name, and says whether it has understood the value.
    /// - Returns: Whether all was understood.
    package mutating func members(_ body: (Range<Int>, inout JSONSpanReader) -> Bool) -> Bool {
        guard self.take(UInt8(ascii: "{")) else { return false }
        if self.take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = self.name(), body(name, &self) else { return false }
        } while self.take(UInt8(ascii: ","))
        return self.take(UInt8(ascii: "}"))
    }

    /// The text of a name.
    package func text(of name: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: self.bytes[name]), as: UTF8.self)
    }

    /// Reads any value.
    ///
    /// - Parameter depth: How many objects and arrays it is inside.
    /// - Returns: The value.
    package mutating func value(depth: Int) -> JSONValue? {
        self.value(depth: depth, maximumDepth: self.maximumDepth)
    }

    private mutating func value(depth: Int, maximumDepth: Int) -> JSONValue? {
        self.skipSpace()
        var parser = JSONParser(self.bytes, maximumDepth: maximumDepth, at: self.offset)
        guard let value = try? parser.parseValue(depth: depth) else { return nil }
        self.offset = parser.offset
        return value
    }

    /// Reads an object.
    ///
    /// - Parameter depth: How many objects and arrays it is inside.
    /// - Returns: Where its members are.
    package mutating func object(depth: Int) -> JSONObjectSpan? {
        let maximumDepth = min(self.maximumDepth, depth + self.objectDepth)
        guard depth < maximumDepth else { return nil }
        var members: [JSONObjectSpan.Member] = []
        members.reserveCapacity(8)
        var rewritten = JSONWriter(reserving: 0)
        let isUnderstood = self.members { name, reader in
            if let value = reader.plainValue() {
                members.append(JSONObjectSpan.Member(name: name, value: value, isRewritten: false))
                return true
            }
            guard let value = reader.value(depth: depth + 1, maximumDepth: maximumDepth) else {
                return false
            }
            let start = rewritten.bytes.count
            rewritten.write(value)
            let range = start..<rewritten.bytes.count
            members.append(JSONObjectSpan.Member(name: name, value: range, isRewritten: true))
            return true
        }
        guard isUnderstood, self.sort(&members) else { return nil }
        return JSONObjectSpan(text: self.text, rewritten: rewritten.bytes, members: members)
    }

    /// Puts members into the order of their names; `false` when one is there twice, or they are too many.
    private func sort(_ members: inout [JSONObjectSpan.Member]) -> Bool {
        // Objects are small, and those of a kind are written in one order: insertion beats every other way.
        for index in members.indices.dropFirst() {
            let member = members[index]
            var place = index
            while place > 0 {
                let order = self.order(member.name, members[place - 1].name)
                if order == 0 { return false }
                if order > 0 { break }
                guard index < Self.maximumDisorder else { return false }
                members[place] = members[place - 1]
                place -= 1
            }
            members[place] = member
        }
        return true
    }

    /// An object with so many members is read another way when they are not in order: this one costs the square.
    private static let maximumDisorder = 256

    private func order(_ first: Range<Int>, _ second: Range<Int>) -> Int {
        for index in 0..<min(first.count, second.count) {
            let difference =
                Int(self.bytes[first.lowerBound + index]) - Int(self.bytes[second.lowerBound + index])
            if difference != 0 { return difference }
        }
        return first.count - second.count
    }
}

// MARK: - Tokens

extension JSONSpanReader {
    private mutating func skipSpace() {
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            self.offset += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        self.skipSpace()
        guard self.offset < self.bytes.count, self.bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func name() -> Range<Int>? {
        self.skipSpace()
        guard let string = self.plainString(), self.take(UInt8(ascii: ":")) else { return nil }
        return string.lowerBound + 1..<string.upperBound - 1
    }

    /// Moves past a value that stands there as it would be written; stays when it is not one.
    private mutating func plainValue() -> Range<Int>? {
        self.skipSpace()
        guard self.offset < self.bytes.count else { return nil }
        switch self.bytes[self.offset] {
        case UInt8(ascii: "\""): return self.plainString()
        case UInt8(ascii: "t"): return self.word("true")
        case UInt8(ascii: "f"): return self.word("false")
        case UInt8(ascii: "n"): return self.word("null")
        default: return self.plainInteger()
        }
    }

    /// Moves past a string of ASCII without escapes, its quotes included.
    private mutating func plainString() -> Range<Int>? {
        guard self.offset < self.bytes.count, self.bytes[self.offset] == UInt8(ascii: "\"") else { return nil }
        let end = self.bytes.endOfPlainText(from: self.offset + 1)
        guard end < self.bytes.count, self.bytes[end] == UInt8(ascii: "\"") else { return nil }
        defer { self.offset = end + 1 }
        return self.offset..<end + 1
    }

    private mutating func word(_ word: StaticString) -> Range<Int>? {
        let length = word.utf8CodeUnitCount
        guard self.bytes.count - self.offset >= length else { return nil }
        for index in 0..<length where self.bytes[self.offset + index] != word.utf8Start[index] { return nil }
        defer { self.offset += length }
        return self.offset..<self.offset + length
    }

    /// Moves past an integer of up to eighteen digits, of which there is one way to write it.
    private mutating func plainInteger() -> Range<Int>? {
        var end = self.offset
        if self.bytes[end] == UInt8(ascii: "-") { end += 1 }
        let start = end
        while end < self.bytes.count, self.bytes[end] &- UInt8(ascii: "0") <= 9 { end += 1 }
        guard (1...18).contains(end - start) else { return nil }
        if self.bytes[start] == UInt8(ascii: "0"), end - self.offset > 1 { return nil }
        if end < self.bytes.count {
            switch self.bytes[end] {
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return nil
            default: break
            }
        }
        defer { self.offset = end }
        return self.offset..<end
    }
}
