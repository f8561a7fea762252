import Synchronization

/// The changes of one transaction, as they stay in memory for a while.
final class ChangeBlock: Sendable {
    /// The last USN before the block.
    let after: UInt64
    /// The last USN in it.
    let last: UInt64
    /// Its changes, in the order of their USNs.
    let entries: [ChangeBatch.Entry]
    /// Their documents' fingerprints.
    let fingerprints: [UInt64]
    /// The bytes that the entries point into.
    let bytes: [UInt8]

    /// Creates a block.
    init(after: UInt64, last: UInt64, entries: [ChangeBatch.Entry], fingerprints: [UInt64], bytes: [UInt8]) {
        self.fingerprints = fingerprints
        self.after = after
        self.last = last
        self.entries = entries
        self.bytes = bytes
    }

    /// About how much memory the block takes.
    var size: Int { self.bytes.capacity + self.entries.capacity * 104 + 128 }
}

/// The latest changes, in memory, so that who follows closely never reads the file.
///
/// A document that has changed again is here twice; a reader is given only the place that the keys say it has, as in the
/// file. Otherwise one that was deleted, or that left a filter, would come back to whoever leaves such changes out.
final class RecentChanges: Sendable {
    private struct State {
        var blocks: [ChangeBlock?] = []
        var head = 0
        var size = 0
        /// Every change behind this USN is here.
        var complete: UInt64

        /// The place of the first block with changes behind a USN.
        func index(after usn: UInt64) -> Int {
            var low = self.head
            var high = self.blocks.count
            while low < high {
                let middle = (low + high) / 2
                if let block = self.blocks[middle], block.last > usn { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }

    private let state: Mutex<State>
    private let capacity: Int

    /// Creates an empty memory.
    ///
    /// - Parameters:
    ///   - usn: The last USN of the log.
    ///   - capacity: About how many bytes are kept.
    init(after usn: UInt64, capacity: Int) {
        self.state = Mutex(State(complete: usn))
        self.capacity = capacity
    }

    /// Adds the changes of a transaction.
    func append(_ block: ChangeBlock) {
        self.state.withLock { state in
            state.blocks.append(block)
            state.size += block.size
            while state.size > self.capacity, state.head < state.blocks.count, let oldest = state.blocks[state.head] {
                state.size -= oldest.size
                state.complete = oldest.last
                state.blocks[state.head] = nil
                state.head += 1
            }
            if state.head > 64, state.head * 2 > state.blocks.count {
                state.blocks.removeFirst(state.head)
                state.head = 0
            }
        }
    }

    /// Forgets everything, because a transaction was too large to be kept.
    func skip(to usn: UInt64) {
        self.state.withLock { $0 = State(complete: usn) }
    }

    /// The blocks with changes behind a USN; `nil` when some are not here any more.
    private func blocks(after usn: UInt64) -> [ChangeBlock]? {
        self.state.withLock { state in
            guard usn >= state.complete else { return nil }
            // A batch has a limit anyway; so many blocks fill most.
            return state.blocks[state.index(after: usn)...].prefix(256).compactMap { $0 }
        }
    }

    /// The block with the change of a USN; `nil` when that is not here any more.
    func block(of usn: UInt64) -> ChangeBlock? {
        self.state.withLock { state in
            guard usn > state.complete else { return nil }
            let index = state.index(after: usn - 1)
            return index < state.blocks.count ? state.blocks[index] : nil
        }
    }

    /// Fills a batch.
    ///
    /// - Parameters:
    ///   - usn: Where to go on.
    ///   - end: Where to stop.
    ///   - query: Which changes, and how many.
    ///   - keys: Where each document is now.
    ///   - batch: What to fill.
    /// - Returns: `false` when the file must be asked.
    func read(
        after usn: UInt64,
        upTo end: UInt64,
        _ query: ChangeQuery,
        _ keys: borrowing KeyTable,
        into batch: inout ChangeBatch
    ) -> Bool {
        guard let blocks = self.blocks(after: usn) else { return false }
        batch.removeAll()
        batch.lookedThrough = usn
        for block in blocks {
            for (index, entry) in block.entries.enumerated() where entry.usn > usn {
                guard entry.usn <= end else {
                    batch.lookedThrough = max(usn, end)
                    batch.isComplete = true
                    return true
                }
                guard batch.hasRoom(for: query) else { return true }
                batch.lookedThrough = entry.usn
                guard query.takes(entry), keys.contains(block.fingerprints[index], entry.usn) else { continue }
                batch.append(entry, from: block.bytes)
            }
            batch.lookedThrough = max(usn, min(block.last, end))
        }
        batch.isComplete = batch.lookedThrough >= end
        return true
    }
}

extension ChangeQuery {
    /// Whether an entry is wanted.
    func takes(_ entry: ChangeBatch.Entry) -> Bool {
        if let collection = self.collection, entry.collection != collection { return false }
        if self.onlyAlive, entry.body == nil { return false }
        if let origin = self.exceptOrigin, origin != 0, entry.origin == origin { return false }
        return true
    }
}

extension ChangeBatch {
    /// Whether another entry may be added.
    func hasRoom(for query: ChangeQuery) -> Bool {
        self.entries.count < query.maximumRows && self.bytes.count < query.maximumBytes
    }

    /// Copies an entry whose parts lie next to one another in other bytes.
    fileprivate mutating func append(_ entry: Entry, from source: [UInt8]) {
        let shift = self.bytes.count - entry.id.lowerBound
        let end = max(entry.id.upperBound, entry.stamps.upperBound, entry.body?.upperBound ?? 0)
        self.bytes.append(contentsOf: source[entry.id.lowerBound..<end])
        self.entries.append(entry.moved(by: shift))
    }
}

extension ChangeBatch.Entry {
    fileprivate func moved(by shift: Int) -> ChangeBatch.Entry {
        func moved(_ range: Range<Int>) -> Range<Int> { range.lowerBound + shift..<range.upperBound + shift }
        return ChangeBatch.Entry(
            usn: self.usn,
            firstUSN: self.firstUSN,
            origin: self.origin,
            collection: self.collection,
            id: moved(self.id),
            body: self.body.map(moved),
            stamps: moved(self.stamps)
        )
    }
}
