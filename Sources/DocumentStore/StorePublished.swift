import Documents
import Synchronization

/// What the writer has committed and everybody may see.
final class StorePublished: Sendable {
    /// The collections by name and number, and the guids that rows came from.
    struct Directory: Sendable {
        private(set) var collections: [CollectionInfo] = []
        private var numbers: [String: Int] = [:]
        private var positions: [CollectionID: Int] = [:]
        private(set) var origins: [String: Int32] = [:]

        subscript(name: String) -> CollectionInfo? { self.numbers[name].map { self.collections[$0] } }

        subscript(id: CollectionID) -> CollectionInfo? { self.positions[id].map { self.collections[$0] } }

        mutating func add(_ collection: CollectionInfo) {
            self.numbers[collection.name] = self.collections.count
            self.positions[collection.id] = self.collections.count
            self.collections.append(collection)
        }

        mutating func count(_ id: CollectionID, documents: Int, tombstones: Int) {
            guard let index = self.positions[id] else { return }
            self.collections[index].documents += documents
            self.collections[index].tombstones += tombstones
        }

        mutating func addOrigin(_ guid: String, _ number: Int32) {
            self.origins[guid] = number
        }
    }

    let keys: Mutex<KeyTable>
    let directory: Mutex<Directory>
    let recent: RecentChanges
    let visible: Atomic<UInt64>
    let durable: Atomic<UInt64>
    let purged: Atomic<UInt64>

    /// Publishes what was found in a file.
    init(keys: KeyTable, directory: Directory, usn: UInt64, purged: UInt64, recentBytes: Int) {
        self.keys = Mutex(keys)
        self.directory = Mutex(directory)
        self.recent = RecentChanges(after: usn, capacity: recentBytes)
        self.visible = Atomic(usn)
        self.durable = Atomic(usn)
        self.purged = Atomic(purged)
    }
}
