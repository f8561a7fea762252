/// Finds the USN of a document by its key's fingerprint: open addressing, linear probing, 16 bytes a slot.
///
/// Two documents may share a fingerprint, one in 2⁶⁴; then both are found and the rows tell which is meant. An index
/// in SQLite does the same at four times the cost of the row itself (`docs/store.md`).
struct KeyTable: Sendable {
    private struct Slot {
        /// Zero: the slot is free.
        var fingerprint: UInt64
        var usn: UInt64
    }

    private var slots: [Slot]
    private var mask: Int
    /// How many documents are in the table.
    private(set) var count = 0

    /// Creates an empty table.
    init() {
        self.slots = Array(repeating: Slot(fingerprint: 0, usn: 0), count: 64)
        self.mask = 63
    }

    /// Some USN that the fingerprint may stand for; zero: there is none.
    func any(_ fingerprint: UInt64) -> UInt64 {
        let fingerprint = max(1, fingerprint)
        var index = Int(truncatingIfNeeded: fingerprint) & self.mask
        while self.slots[index].fingerprint != 0 {
            if self.slots[index].fingerprint == fingerprint { return self.slots[index].usn }
            index = (index + 1) & self.mask
        }
        return 0
    }

    /// Every USN that the fingerprint may stand for.
    func all(_ fingerprint: UInt64) -> [UInt64] {
        let fingerprint = max(1, fingerprint)
        var found: [UInt64] = []
        var index = Int(truncatingIfNeeded: fingerprint) & self.mask
        while self.slots[index].fingerprint != 0 {
            if self.slots[index].fingerprint == fingerprint { found.append(self.slots[index].usn) }
            index = (index + 1) & self.mask
        }
        return found
    }

    /// Whether a document is at a USN.
    func contains(_ fingerprint: UInt64, _ usn: UInt64) -> Bool {
        self.index(fingerprint, usn) != nil
    }

    /// Adds a document.
    mutating func insert(_ fingerprint: UInt64, _ usn: UInt64) {
        if (self.count + 1) * 4 > self.slots.count * 3 { self.grow() }
        self.place(Slot(fingerprint: max(1, fingerprint), usn: usn))
        self.count += 1
    }

    /// Moves a document to another USN.
    mutating func move(_ fingerprint: UInt64, from old: UInt64, to new: UInt64) {
        guard let index = self.index(fingerprint, old) else { return self.insert(fingerprint, new) }
        self.slots[index].usn = new
    }

    /// Takes a document out.
    mutating func remove(_ fingerprint: UInt64, _ usn: UInt64) {
        guard var hole = self.index(fingerprint, usn) else { return }
        self.count -= 1
        // What probed past the hole moves back, so that no chain is broken (Knuth, TAOCP 6.4, Algorithm R).
        var next = (hole + 1) & self.mask
        while self.slots[next].fingerprint != 0 {
            let home = Int(truncatingIfNeeded: self.slots[next].fingerprint) & self.mask
            if (next - home) & self.mask >= (next - hole) & self.mask {
                self.slots[hole] = self.slots[next]
                hole = next
            }
            next = (next + 1) & self.mask
        }
        self.slots[hole] = Slot(fingerprint: 0, usn: 0)
    }

    private func index(_ fingerprint: UInt64, _ usn: UInt64) -> Int? {
        let fingerprint = max(1, fingerprint)
        var index = Int(truncatingIfNeeded: fingerprint) & self.mask
        while self.slots[index].fingerprint != 0 {
            if self.slots[index].fingerprint == fingerprint, self.slots[index].usn == usn { return index }
            index = (index + 1) & self.mask
        }
        return nil
    }

    private mutating func place(_ slot: Slot) {
        var index = Int(truncatingIfNeeded: slot.fingerprint) & self.mask
        while self.slots[index].fingerprint != 0 { index = (index + 1) & self.mask }
        self.slots[index] = slot
    }

    private mutating func grow() {
        let old = self.slots
        self.slots = Array(repeating: Slot(fingerprint: 0, usn: 0), count: old.count * 2)
        self.mask = self.slots.count - 1
        for slot in old where slot.fingerprint != 0 { self.place(slot) }
    }
}
