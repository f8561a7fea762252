/// A dictionary that holds a bounded number of entries and forgets the least recently used.
struct LRUCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: Key
        var value: Value
        var newer: Int?
        var older: Int?
    }

    private let capacity: Int
    private var entries: [Entry] = []
    private var indexOf: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { self.entries.count }

    /// The value of a key, which thereby becomes the most recently used.
    mutating func value(of key: Key) -> Value? {
        guard let index = self.indexOf[key] else { return nil }
        self.touch(index)
        return self.entries[index].value
    }

    /// Sets the value of a key, which thereby becomes the most recently used.
    mutating func set(_ value: Value, for key: Key) {
        if let index = self.indexOf[key] {
            self.entries[index].value = value
            self.touch(index)
        } else if self.entries.count < self.capacity {
            self.entries.append(Entry(key: key, value: value))
            self.indexOf[key] = self.entries.count - 1
            self.link(self.entries.count - 1)
        } else if let index = self.oldest {
            self.indexOf[self.entries[index].key] = nil
            self.unlink(index)
            self.entries[index] = Entry(key: key, value: value)
            self.indexOf[key] = index
            self.link(index)
        }
    }

    private mutating func touch(_ index: Int) {
        guard self.newest != index else { return }
        self.unlink(index)
        self.link(index)
    }

    private mutating func link(_ index: Int) {
        self.entries[index].older = self.newest
        self.entries[index].newer = nil
        if let newest = self.newest { self.entries[newest].newer = index } else { self.oldest = index }
        self.newest = index
    }

    private mutating func unlink(_ index: Int) {
        let newer = self.entries[index].newer
        let older = self.entries[index].older
        if let newer { self.entries[newer].older = older } else { self.newest = older }
        if let older { self.entries[older].newer = newer } else { self.oldest = newer }
    }
}
