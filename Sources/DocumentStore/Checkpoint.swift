/// How far a collection has been taken over from another peer.
package struct Checkpoint: Hashable, Sendable {
    /// The other peer's key.
    package let peer: String
    /// The collection's name.
    package let collection: String
    /// The guid of the other peer's store: another one means that its numbers mean something else now.
    package let guid: String
    /// The last USN that was taken over.
    package let usn: UInt64
    /// What tells the queries apart that were in force.
    package let digest: String

    /// Creates a checkpoint.
    ///
    /// - Parameters:
    ///   - peer: The other peer's key.
    ///   - collection: The collection's name.
    ///   - guid: The guid of the other peer's store.
    ///   - usn: The last USN that was taken over.
    ///   - digest: What tells the queries apart that were in force.
    package init(peer: String, collection: String, guid: String, usn: UInt64, digest: String) {
        self.peer = peer
        self.collection = collection
        self.guid = guid
        self.usn = usn
        self.digest = digest
    }
}
