import JSON

extension KindDefinition {
    /// Core `v1` Secret, as far as it can be checked without a server.
    package static let secret = KindDefinition(
        kind: .secret,
        description: "A Secret: passwords, tokens, keys.",
        metadata: .objectMeta(name: SchemaPattern(DNSSubdomain.self), maximumLength: 253),
        fields: [
            .optional("type", .string("What sort of secret it is.", length: 0...253), .fixedOnceSet),
            .optional("immutable", .boolean("Whether the data cannot change any more.")),
            .optional(
                "data",
                .map("Values in base64.", of: .string("A value.", .base64, length: 0...1_400_000), maximumCount: 1024)
            ),
            .optional(
                "stringData",
                .map("Values as text.", of: .string("A value.", length: 0...1_048_576), maximumCount: 1024)
            ),
        ],
        rules: { new, old in doubleDataProblems(in: new) + frozenDataProblems(in: new, old: old) }
    )

    /// Core `v1` ConfigMap, as far as it can be checked without a server.
    package static let configMap = KindDefinition(
        kind: .configMap,
        description: "A ConfigMap: settings.",
        metadata: .objectMeta(name: SchemaPattern(DNSSubdomain.self), maximumLength: 253),
        fields: [
            .optional("immutable", .boolean("Whether the data cannot change any more.")),
            .optional("data", .map("Text.", of: .string("A value.", length: 0...1_048_576), maximumCount: 1024)),
            .optional(
                "binaryData",
                .map("Values in base64.", of: .string("A value.", .base64, length: 0...1_400_000), maximumCount: 1024)
            ),
        ],
        rules: { new, old in frozenDataProblems(in: new, old: old) }
    )

    /// Core `v1` Namespace, as far as it can be checked without a server.
    package static let namespace = KindDefinition(
        kind: .namespace,
        description: "A Namespace: a room for names.",
        fields: [
            .optional("spec", .anything("Set by the server.")),
            .optional("status", .anything("Set by the server.")),
        ]
    )

    /// What changes although `immutable` is set.
    private static func frozenDataProblems(in new: JSONValue, old: JSONValue?) -> [FieldProblem] {
        guard let old, old["immutable"]?.bool == true else { return [] }
        return ["data", "binaryData", "immutable"].filter { old[$0] != new[$0] }.map { field in
            FieldProblem(.immutable, at: FieldPath().key(field), "cannot change when immutable is set")
        }
    }

    private static func doubleDataProblems(in object: JSONValue) -> [FieldProblem] {
        let both = (object["stringData"]?.object?.members ?? []).filter { object["data"]?[$0.key] != nil }
        return both.map { member in
            .warning(
                .discouraged,
                at: FieldPath([.key("stringData"), .key(member.key)]),
                "is in data as well; the value here is the one that counts"
            )
        }
    }
}

extension SchemaPattern {
    /// Base64 (RFC 4648 §4), with line breaks as editors put them.
    package static let base64 = SchemaPattern(
        regex: #"^[A-Za-z0-9+/\s]*={0,2}\s*$"#,
        meaning: "base64; plain text belongs in stringData"
    ) { text in
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let isPlain = bytes.dropLast(padding).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return isPlain && padding <= 2 && bytes.count % 4 == 0 ? nil : "is not base64"
    }
}
