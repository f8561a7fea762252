import Documents
import JSON

/// The form in which `_id` stands in a table, so that comparing bytes orders ids as they should be ordered.
///
/// ```
/// "abc"       →  "abc          a string: the opening quote, then its UTF-8, nothing escaped, no closing quote
/// {"a":1}     →  {"a":1}       an object: its canonical text
/// ```
enum StoredKey {
    private static let quote = UInt8(ascii: "\"")

    /// The key of a canonical id.
    static func make(_ id: [UInt8]) -> [UInt8] {
        guard id.first == self.quote else { return id }
        guard id.contains(UInt8(ascii: "\\")) else { return Array(id.dropLast()) }
        // Only an id that needs escapes takes the long way.
        guard let text = try? JSONValue(parsing: id).string else { return id }
        return [self.quote] + Array(text.utf8)
    }

    /// Appends the canonical id of a key.
    static func append(_ key: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        guard key.first == self.quote else { return bytes.append(contentsOf: key) }
        if key.dropFirst().contains(where: { $0 < 0x20 || $0 == self.quote || $0 == UInt8(ascii: "\\") }) {
            let text = String(decoding: key.dropFirst(), as: UTF8.self)
            return bytes.append(contentsOf: JSONValue.string(text).bytes)
        }
        bytes.append(contentsOf: key)
        bytes.append(self.quote)
    }

    /// The canonical id of a key.
    static func id(_ key: UnsafeBufferPointer<UInt8>) -> DocumentID {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(key.count + 1)
        self.append(key, to: &bytes)
        return DocumentID(canonical: bytes)
    }

    /// 64 bits that stand for a key in a collection; the process's own secret decides which (`Hasher` is SipHash), so
    /// that nobody can choose ids that collide.
    static func fingerprint(_ key: UnsafeBufferPointer<UInt8>, in collection: CollectionID) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(collection.rawValue)
        hasher.combine(bytes: UnsafeRawBufferPointer(key))
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
