import Documents

extension RecentChanges {
    /// What memory knows of a document.
    enum Glance {
        /// It has changed lately, and this is what it is.
        case document(StoredDocument)
        /// It has been evicted lately.
        case evicted
        /// Nothing; the file may.
        case unknown
    }

    /// Looks for a document where its keys say that it may be.
    ///
    /// - Parameters:
    ///   - places: The USNs that its fingerprint stands for now.
    ///   - id: The document.
    ///   - collection: Its collection.
    /// - Returns: What it is, if one of those changes is still in memory.
    func glance(at places: [UInt64], for id: DocumentID, in collection: CollectionID) -> Glance {
        for usn in places {
            guard let block = self.block(of: usn), let entry = block.entry(at: usn) else { continue }
            guard entry.collection == collection, block.bytes[entry.id].elementsEqual(id.bytes) else { continue }
            let stamps = Array(block.bytes[entry.stamps])
            guard stamps.withUnsafeBufferPointer({ EvictionMark.stamps(in: $0) == nil }) else { return .evicted }
            let body = entry.body.map { Array(block.bytes[$0]) }
            return .document(
                StoredDocument(id: id, usn: usn, firstUSN: entry.firstUSN, body: body, stamps: stamps)
            )
        }
        return .unknown
    }
}

extension ChangeBlock {
    /// The change that got a USN; its place is known, because a transaction's numbers have no gaps.
    fileprivate func entry(at usn: UInt64) -> ChangeBatch.Entry? {
        guard usn > self.after, usn <= self.last else { return nil }
        let index = Int(clamping: usn - self.after - 1)
        guard index < self.entries.count, self.entries[index].usn == usn else { return nil }
        return self.entries[index]
    }
}
