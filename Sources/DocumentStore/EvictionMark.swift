/// What stays of a document that has left the subscription and was evicted, so that those who have it from here hear of it.
///
/// ```
/// deleted: when it was evicted · body: NULL · stamps: ~ then the explicit stamps of the state that left
/// ```
/// It stands in the log where the document would, and goes as tombstones go. No stamps begin with `~`, so it is never
/// taken for a deletion.
package enum EvictionMark {
    private static let sign = UInt8(ascii: "~")

    /// The stamps column of a mark.
    static func column(_ stamps: UnsafeBufferPointer<UInt8>) -> [UInt8] { [self.sign] + stamps }

    /// The explicit stamps in a stamps column; `nil` when it is not that of a mark.
    package static func stamps(in column: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        column.first == self.sign ? UnsafeBufferPointer(rebasing: column.dropFirst()) : nil
    }
}
