/// The path and query of a request, taken apart and percent-decoded.
struct RequestTarget: Sendable, Hashable {
    /// The path between its slashes; empty for `/`.
    let segments: [String]
    /// The query's names and values, in order.
    let query: [QueryItem]

    /// One name with its value.
    struct QueryItem: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// Reads an origin-form target such as `/api/v1/secrets?limit=5`; `nil` when it cannot be decoded.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.first == "/" else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = String(percentDecoding: part, plusIsSpace: false) else { return nil }
            segments.append(segment)
        }
        // A trailing slash is the same path: `/apis/` is how some clients ask for the groups.
        if segments.last?.isEmpty == true { segments.removeLast() }
        guard !segments.contains(""), !segments.contains("..") else { return nil }
        var query: [QueryItem] = []
        for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(percentDecoding: pair[0], plusIsSpace: true),
                let value = String(percentDecoding: pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else { return nil }
            query.append(QueryItem(name: name, value: value))
        }
        self.segments = segments
        self.query = query
    }

    /// The first value of a name; `nil` when the query does not have it.
    subscript(name: String) -> String? { self.query.first { $0.name == name }?.value }

    /// Whether a name stands for true: `watch=1`, `watch=true`, or `watch` alone.
    func flag(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return value != "false" && value != "0"
    }
}

extension String {
    /// Decodes `%41`; `nil` when an escape is broken or the result is not UTF-8 or holds a NUL.
    fileprivate init?(percentDecoding text: Substring, plusIsSpace: Bool) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexValue, let low = rest.next()?.hexValue else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0), let string = String(validating: bytes, as: UTF8.self) else { return nil }
        self = string
    }
}

extension UInt8 {
    fileprivate var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
