/// A collection's number within its store; another store has other numbers.
package struct CollectionID: Hashable, Sendable {
    /// The number, from 1.
    package let rawValue: Int32
}

/// A collection and what it holds.
package struct CollectionInfo: Hashable, Sendable {
    /// Its number.
    package let id: CollectionID
    /// Its name.
    package let name: String
    /// How many documents are alive.
    package internal(set) var documents = 0
    /// How many deleted documents are remembered, and evicted ones whose marks are there.
    package internal(set) var tombstones = 0
}
