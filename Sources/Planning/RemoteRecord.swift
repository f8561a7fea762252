import Clocks
import PeerModel

/// What a resource's status remembers of the remote object that belongs to it, written *before* the object is made.
///
/// The REST API has no list and no place for a mark of ownership, so this record is the only proof that an object is
/// ours to change and to delete.
package struct RemoteRecord: Sendable, Hashable {
    /// How the remote object came to be ours.
    package enum Provenance: Sendable, Hashable {
        /// A POST was about to be sent. Can become `created`, or be forgotten when the peer refuses.
        case creating(Attempt)
        /// The peer said that it made the object.
        case created(at: Timestamp)
        /// The object was there before.
        case adopted
    }

    /// A POST whose answer is not known.
    package struct Attempt: Sendable, Hashable {
        /// The digest of the object that was sent: what else is found there is somebody else's.
        package let digest: String
        /// Until when the request may still take effect.
        package let until: Timestamp

        /// Creates an attempt.
        package init(digest: String, until: Timestamp) {
            self.digest = digest
            self.until = until
        }
    }

    /// What names the object.
    package let id: RemoteID
    /// The base URL of the API that holds it, which is what tells one server from another.
    package let url: String
    /// How it came to be ours.
    package let provenance: Provenance

    /// Creates a record.
    package init(id: RemoteID, url: String, provenance: Provenance) {
        self.id = id
        self.url = url
        self.provenance = provenance
    }

    func with(_ provenance: Provenance) -> RemoteRecord {
        RemoteRecord(id: self.id, url: self.url, provenance: provenance)
    }
}
