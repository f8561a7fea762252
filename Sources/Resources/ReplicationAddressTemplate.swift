import KubernetesModel

/// How the replication address of a Big Peer is made from names: the text that `connectTo` fills in.
package struct ReplicationAddressTemplate: CheckedText {
    /// The template's text.
    package let description: String

    /// Takes a template that gives an address for ordinary names.
    package init?(_ text: String) {
        guard Self.problem(in: text) == nil else { return nil }
        self.description = text
    }

    private init(trusted text: String) { self.description = text }

    /// The Service that the vendor's operator makes for each replication.
    package static let standard = ReplicationAddressTemplate(
        trusted: "ditto-{bigPeer}-replication-{replication}.{namespace}.svc.cluster.local:4040"
    )

    /// How long `bigPeer` and `replication` may be together before the standard Service name is over 63 characters.
    package static let standardNamesMaximum = 63 - "ditto--replication-".utf8.count

    /// The address of one replication; `nil` when the names make something that is none.
    package func address(bigPeer: String, replication: String, namespace: String) -> HostPort? {
        HostPort(Self.fill(self.description, bigPeer: bigPeer, replication: replication, namespace: namespace))
    }

    /// The rule in a few words.
    package static let meaning =
        "host:port, in which {bigPeer}, {replication} and {namespace} stand for the names of the other side"

    /// The rule as a regular expression.
    package static let regex = #"^[^/ ]+:[0-9]{1,5}$"#

    /// Says what is wrong with a template.
    package static func problem(in text: String) -> String? {
        let filled = self.fill(text, bigPeer: "a", replication: "a", namespace: "a")
        if let open = filled.firstIndex(of: "{") {
            let word = filled[open...].prefix { $0 != "}" }
            return "has \"\(word)}\", and only {bigPeer}, {replication} and {namespace} are filled in"
        }
        return HostPort.problem(in: filled)
    }

    private static func fill(_ text: String, bigPeer: String, replication: String, namespace: String) -> String {
        let values = ["bigPeer": bigPeer, "replication": replication, "namespace": namespace]
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            filled += rest[..<open] + (values[name] ?? "{\(name)}")
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
