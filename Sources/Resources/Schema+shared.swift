import JSON
import KubernetesModel

/// The words that several of our kinds share.
extension Schema {
    /// A reference to a BigPeer.
    static let bigPeerRef = Schema.object(
        "The BigPeer meant.",
        [
            .required("name", .string("The BigPeer's name.", .dnsLabel, length: 1...63)),
            .optional(
                "namespace",
                .string("The BigPeer's namespace; left out, the one of this object.", .dnsLabel, length: 1...63)
            ),
        ]
    )

    /// A reference to one value of a Secret.
    static func secretKeyRef(_ description: String, defaultKey: String) -> Schema {
        .object(
            description,
            [
                .required("name", .secretName),
                .optional(
                    "key",
                    .string("The key inside the Secret.", .secretKey, length: 1...253),
                    default: .string(defaultKey)
                ),
            ]
        )
    }

    /// A reference to a Secret whose keys are given.
    static func secretRef(_ description: String) -> Schema {
        .object(description, [.required("name", .secretName)])
    }

    private static let secretName = Schema.string(
        "The name of a Secret in the namespace of this object.",
        SchemaPattern(DNSSubdomain.self),
        length: 1...253
    )

    /// A duration such as `10s`.
    static func duration(_ description: String, atLeast minimum: Duration, atMost maximum: Duration) -> Schema {
        Schema(
            .string(SchemaString(length: 1...32, pattern: .duration(atLeast: minimum, atMost: maximum))),
            description,
            rules: [
                Rule(
                    "duration(self) >= duration('\(minimum.text)') && duration(self) <= duration('\(maximum.text)')",
                    "must be \(minimum.text) to \(maximum.text)"
                )
            ]
        )
    }

    /// The base address of an HTTP API.
    static func url(_ description: String) -> Schema {
        .string(description, SchemaPattern(EndpointURL.self), length: 8...2048)
    }

    /// `host:port`.
    static func hostPort(_ description: String) -> Schema {
        .string(description, SchemaPattern(HostPort.self), length: 3...HostPort.maximumLength)
    }

    /// The name of a collection.
    static func collectionName(_ description: String) -> Schema {
        .string(description, .collectionName, length: 1...256)
    }

    /// The greatest length of a query in characters.
    static let maximumQueryLength = 4096

    /// Queries by the collection that they are about.
    static func queriesByCollection(_ description: String) -> Schema {
        .map(
            description,
            of: .list(
                "Queries.",
                of: .string(
                    "What would follow WHERE, such as \"color = 'blue'\", or \"true\" for everything.",
                    .query,
                    length: 1...Self.maximumQueryLength
                ),
                maximumCount: 64
            ),
            keys: .collectionName,
            maximumCount: 256
        )
    }

    /// RFC 3339.
    static func time(_ description: String) -> Schema {
        .string(description, length: 1...64, format: "date-time")
    }

    /// Any text that Peerage writes itself.
    static func text(_ description: String) -> Schema { .string(description, length: 0...4096) }

    /// A number that only grows.
    static func count(_ description: String) -> Schema { .integer(description, 0...Int64.max) }
}

extension SchemaPattern {
    /// What a Secret's keys may be (Kubernetes, `IsConfigMapKey`).
    static let secretKey = SchemaPattern(
        regex: "^[-._a-zA-Z0-9]+$",
        meaning: "letters, digits, \"-\", \"_\" and \".\""
    ) { text in
        if text.isEmpty { return "is empty" }
        if text == "." || text.hasPrefix("..") { return "is a path" }
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        return isPlain ? nil : "has a character that keys of Secrets cannot have"
    }

    /// What a collection's name may be: any text that can be seen.
    static let collectionName = SchemaPattern(
        regex: #"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"#,
        meaning: "the name of a collection"
    ) { text in
        if text.isEmpty { return "is empty" }
        if text.utf8.count > 256 { return "has \(text.utf8.count) bytes, and at most 256 are allowed" }
        if text.first == " " || text.last == " " { return "starts or ends with a space" }
        return text.unicodeScalars.first(where: \.isUnseen).map { "has \($0.codePoint), which nobody sees" }
    }

    /// What a query may hold: text, on several lines if need be.
    static let query = SchemaPattern(
        regex: #"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"#,
        meaning: "a query"
    ) { text in
        if text.isEmpty { return "is empty" }
        return text.unicodeScalars.first {
            ($0.value < 0x20 && !"\t\n\r".unicodeScalars.contains($0)) || $0.value == 0x7F
        }
        .map { "has the control character \($0.codePoint)" }
    }

    /// A duration within bounds.
    static func duration(atLeast minimum: Duration, atMost maximum: Duration) -> SchemaPattern {
        let bounds = "from \(minimum.text) to \(maximum.text)"
        return SchemaPattern(
            regex: Duration.textRegex,
            meaning: "a duration such as \"10s\", \"5m\" or \"1h30m\", \(bounds)"
        ) { text in
            guard let duration = Duration(durationText: text) else { return "is not a duration" }
            return duration < minimum || duration > maximum ? "is \(duration.text)" : nil
        }
    }
}
