/// 64 bits that stand for a document's canonical `_id` in a collection.
enum Fingerprint {
    /// Makes them; the process's own secret decides which (`Hasher` is SipHash), so that nobody can choose ids that collide.
    static func of(_ id: UnsafeBufferPointer<UInt8>, in collection: CollectionID) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(collection.rawValue)
        hasher.combine(bytes: UnsafeRawBufferPointer(id))
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// Makes them.
    static func of(_ id: [UInt8], in collection: CollectionID) -> UInt64 {
        id.withUnsafeBufferPointer { self.of($0, in: collection) }
    }
}
