import JSON

/// One document on its way through a program: its bytes, and where the fields that matter are.
///
/// Everything in it is borrowed for the time of one evaluation.
struct Row {
    /// Where a field's value is; a negative start means that the field is not there.
    struct Slot {
        var start = -1
        var end = 0
    }

    let document: Bytes
    let slots: UnsafeMutableBufferPointer<Slot>
    /// The texts of the program.
    let texts: Bytes
    /// How many bytes of texts, arrays and objects the evaluation has made so far.
    let made: UnsafeMutablePointer<Int>

    /// As many bytes may one evaluation make: four times what a document may have.
    static let maximumMade = 16 << 20

    /// Counts bytes that are about to be made, and says whether they may be.
    func mayMake(_ bytes: Int) -> Bool {
        let (sum, overflow) = self.made.pointee.addingReportingOverflow(bytes)
        self.made.pointee = overflow ? .max : sum
        return self.made.pointee <= Self.maximumMade
    }

    /// The JSON value of an operand that becomes part of another value; null when there is no room for it.
    func part(_ operand: Operand) -> JSONValue? {
        self.mayMake(operand.weight) ? operand.json : .null
    }

    /// The value of a field that the scan has looked for.
    func field(_ slot: Int) -> Operand {
        let place = self.slots[slot]
        return place.start < 0 ? .missing : Operand(json: self.document.part(place.start..<place.end))
    }

    /// Looks once through the document's own members for the fields that matter, and stops at the last of them.
    ///
    /// - Parameter names: What the fields are called.
    /// - Returns: Whether the document is an object, as far as was looked.
    func scan(for names: [Piece]) -> Bool {
        var scanner = ByteScanner(self.document)
        guard scanner.take(UInt8(ascii: "{")) else { return false }
        var left = names.count
        if left == 0 || scanner.take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let key = scanner.string(), scanner.take(UInt8(ascii: ":")), let value = scanner.value() else {
                return false
            }
            let name = self.document.part(key.content)
            guard let slot = self.slot(named: name, isPlain: key.isPlain, among: names) else { continue }
            self.slots[slot] = Slot(start: value.lowerBound, end: value.upperBound)
            left -= 1
            if left == 0 { return true }
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "}"))
    }

    private func slot(named name: Bytes, isPlain: Bool, among names: [Piece]) -> Int? {
        for index in names.indices where self.slots[index].start < 0 {
            let wanted = self.texts.part(names[index].range)
            if isPlain ? name.isEqual(to: wanted) : name.isJSONText(of: wanted) { return index }
        }
        return nil
    }
}

/// A part of a program's texts.
struct Piece: Sendable {
    let start: Int32
    let end: Int32

    var range: Range<Int> { Int(self.start)..<Int(max(self.start, self.end)) }
}

extension Bytes {
    /// Whether the inside of a JSON string, escapes and all, is the text.
    func isJSONText(of text: Bytes) -> Bool {
        // An escape makes a text longer, never shorter.
        guard self.count > text.count else { return false }
        guard let string = self.jsonText else { return false }
        return string.utf8.elementsEqual(text)
    }

    /// The text of a JSON string whose inside these bytes are.
    var jsonText: String? {
        let quote = CollectionOfOne(UInt8(ascii: "\""))
        return (try? JSONValue(parsing: Array(quote) + Array(self) + Array(quote)))?.string
    }

    /// The value of a member of the object that these bytes are.
    func member(_ name: Bytes) -> Bytes? {
        var scanner = ByteScanner(self)
        guard scanner.take(UInt8(ascii: "{")), !scanner.take(UInt8(ascii: "}")) else { return nil }
        repeat {
            guard let key = scanner.string(), scanner.take(UInt8(ascii: ":")), let value = scanner.value() else {
                return nil
            }
            let content = self.part(key.content)
            if key.isPlain ? content.isEqual(to: name) : content.isJSONText(of: name) { return self.part(value) }
        } while scanner.take(UInt8(ascii: ","))
        return nil
    }
}
