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
        case creating(since: Timestamp)
        /// The peer said that it made the object.
        case created(at: Timestamp)
        /// The object was there before.
        case adopted
    }

    /// What names the object.
    package let id: RemoteID
    /// The API's base URL at the time.
    package let url: String
    /// How it came to be ours.
    package var provenance: Provenance

    /// Creates a record.
    package init(id: RemoteID, url: String, provenance: Provenance) {
        self.id = id
        self.url = url
        self.provenance = provenance
    }
}
