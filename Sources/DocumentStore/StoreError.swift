import Documents

/// Why a store cannot do what it was asked to.
package enum StoreError: Error, Hashable, Sendable {
    /// The file is not one of ours.
    case foreign(path: String)
    /// A later version of the program made the file.
    case newer(path: String, found: Int, supported: Int)
    /// The file's contents contradict themselves.
    case damaged(path: String, detail: String)
    /// SQLite or the system refused: a full disk, a missing permission.
    case failed(path: String, detail: String)
    /// The store has been closed.
    case closed
    /// A collection's name is empty or too long.
    case badCollectionName(String)
    /// The app would have more collections than allowed.
    case tooManyCollections(limit: Int)
    /// A document with this `_id` is there already.
    case conflict(collection: String, id: DocumentID)
    /// A document was not taken; `row` counts from zero within what was handed over.
    case badDocument(DocumentError, row: Int)
    /// All update sequence numbers are used up.
    case exhausted
}

extension StoreError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    package var description: String {
        switch self {
        case .foreign(let path): "\(path) was not made by peerage; give the peer another folder, or move the file away"
        case .newer(let path, let found, let supported):
            "\(path) has format \(found), and this version of peerage reads up to \(supported); install a newer one"
        case .damaged(let path, let detail):
            "\(path) is damaged (\(detail)); restore a backup, or move the file away and let replication fill a new one"
        case .failed(let path, let detail): "\(path): \(detail)"
        case .closed: "the store is closed"
        case .badCollectionName(let name): "\"\(name)\" cannot name a collection: 1 to 255 bytes are allowed"
        case .tooManyCollections(let limit): "an app has at most \(limit) collections"
        case .conflict(let collection, let id): "\(collection) has a document with _id \(id) already"
        case .badDocument(let error, let row): "document \(row + 1): \(error)"
        case .exhausted: "the app has used all its update sequence numbers; copy its documents into a new app"
        }
    }
}
