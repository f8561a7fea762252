import KubernetesModel

/// The path and query of a request.
struct ResourcePath: Sendable, Hashable {
    private(set) var text: String
    private var hasQuery = false

    /// A path below the server's URL.
    init(_ path: String) {
        self.text = path
    }

    /// The objects of a kind, in a namespace or (with `nil`) in all.
    init(_ kind: ResourceKind, namespace: String?) {
        self.text = kind.group.isEmpty ? "/api/\(kind.version)" : "/apis/\(kind.group)/\(kind.version)"
        if kind.isNamespaced, let namespace { self.text += "/namespaces/\(namespace.percentEncoded)" }
        self.text += "/\(kind.plural)"
    }

    /// One object.
    init(_ kind: ResourceKind, _ key: ObjectKey, subresource: String? = nil) {
        self.init(kind, namespace: kind.isNamespaced ? key.namespace : nil)
        self.text += "/\(key.name.percentEncoded)"
        if let subresource { self.text += "/\(subresource)" }
    }

    /// The same with one more parameter, unless the value is missing or empty.
    func with(_ name: String, _ value: String?) -> ResourcePath {
        guard let value, !value.isEmpty else { return self }
        var path = self
        path.text += "\(self.hasQuery ? "&" : "?")\(name)=\(value.percentEncoded)"
        path.hasQuery = true
        return path
    }
}

extension String {
    /// The text with everything but RFC 3986's unreserved characters escaped.
    var percentEncoded: String {
        var bytes: [UInt8] = []
        for byte in self.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(contentsOf: [byte >> 4, byte & 0xF].map { $0 < 10 ? 0x30 + $0 : 0x37 + $0 })
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
