import Documents
import JSON

/// A document as it is in the store.
package struct StoredDocument: Hashable, Sendable {
    /// Its `_id`.
    package let id: DocumentID
    /// The USN of its last change.
    package let usn: UInt64
    /// The USN at which it last became alive; a return after an eviction does not count.
    package let firstUSN: UInt64
    /// Its compact JSON; `nil`: a tombstone.
    package let body: [UInt8]?
    /// The text of its stamps.
    package let stamps: [UInt8]

    /// Its value; `nil`: a tombstone.
    package var value: JSONValue? {
        self.body.flatMap { try? JSONValue(parsing: $0) }
    }
}
