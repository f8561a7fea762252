import JSON
import KubernetesModel

/// A Big Peer that we run.
package struct EmbeddedBigPeer: Sendable, Hashable {
    /// Where its data is.
    package struct Storage: Sendable, Hashable {
        /// Whether it is kept in memory only.
        package var isEphemeral: Bool
        /// How long the marks of deleted documents are kept.
        package var tombstoneRetention: Duration

        /// How long marks are kept when the spec says nothing: a week.
        package static let defaultTombstoneRetention = Duration.seconds(7 * 24 * 3600)
    }

    /// Where it listens; `nil` is nowhere.
    package struct Listen: Sendable, Hashable {
        /// The REST API.
        package var api: ListenAddress
        /// Replication with other peers.
        package var replication: ListenAddress?
        /// The HTTP data API.
        package var data: ListenAddress?
        /// DCP clients.
        package var dcp: ListenAddress?
        /// The bus.
        package var bus: ListenAddress?
    }

    /// How it and other peers prove to each other who they are.
    package struct Replication: Sendable, Hashable {
        /// The certificate with its key (`tls.crt`, `tls.key`) of the listener, shown when dialling as well.
        package var certificateSecretName: String?
        /// Who must have signed the certificates of other peers; without it no certificate is asked of who dials in.
        package var authority: SecretKeyRef?
        /// The password of each app, by the app's name at the peer, the same at every peer of the app.
        package var passwords: [String: SecretKeyRef]
    }

    /// The name of the process that runs it.
    package var host: String
    /// Where its data is.
    package var storage: Storage
    /// Where it listens.
    package var listen: Listen
    /// The token that REST and data clients must send, if they must.
    package var tokenSecret: SecretKeyRef?
    /// How it and other peers prove to each other who they are.
    package var replication: Replication
    /// The DCP producer.
    package var dcp: DCPOptions
    /// What it follows.
    package var sources: [DCPSource]

    /// The process of peers that name none.
    package static let defaultHost = "default"

    init(_ json: JSONValue?) {
        self.host = json?["host"]?.text ?? Self.defaultHost
        let storage = json?["storage"]
        self.storage = Storage(
            isEphemeral: storage?["ephemeral"]?.bool ?? false,
            tombstoneRetention: storage?["tombstoneRetention"]?.duration ?? Storage.defaultTombstoneRetention
        )
        let listen = json?["listen"]
        self.listen = Listen(
            api: Self.address(listen?["api"], default: .anyOnLoopback) ?? .anyOnLoopback,
            replication: Self.address(listen?["replication"], default: .anyOnLoopback),
            data: Self.address(listen?["data"], default: .anyOnLoopback),
            dcp: Self.address(listen?["dcp"], default: nil),
            bus: Self.address(listen?["bus"], default: nil)
        )
        self.tokenSecret = SecretKeyRef(json?["auth"]?["tokenSecretRef"], defaultKey: "token")
        self.replication = Replication(json?["replication"])
        self.dcp = DCPOptions(json?["dcp"])
        self.sources = (json?["sources"]?.array ?? []).compactMap { DCPSource($0["dcp"]) }
    }

    /// Every value of a Secret that it names, with the field below `spec.embedded` that does.
    package var secrets: [(field: [String], reference: SecretKeyRef)] {
        var secrets: [(field: [String], reference: SecretKeyRef)] = []
        if let token = self.tokenSecret { secrets.append((["auth", "tokenSecretRef"], token)) }
        if let name = self.replication.certificateSecretName {
            for key in ["tls.crt", "tls.key"] {
                let reference = SecretKeyRef(name: name, key: key)
                secrets.append((["replication", "tls", "certificateSecretRef"], reference))
            }
        }
        if let authority = self.replication.authority {
            secrets.append((["replication", "tls", "caSecretRef"], authority))
        }
        for (_, reference) in self.replication.passwords.sorted(by: { $0.key < $1.key }) {
            secrets.append((["replication", "credentials"], reference))
        }
        return secrets
    }

    /// Reads an address: absent is the default, empty is nowhere.
    private static func address(_ json: JSONValue?, default: ListenAddress?) -> ListenAddress? {
        guard let text = json?.string else { return `default` }
        return ListenAddress(text)
    }
}

extension EmbeddedBigPeer.Replication {
    init(_ json: JSONValue?) {
        let tls = json?["tls"]
        self.certificateSecretName = tls?["certificateSecretRef"]?["name"]?.text
        self.authority = SecretKeyRef(tls?["caSecretRef"], defaultKey: "ca.crt")
        self.passwords = [:]
        for credential in json?["credentials"]?.array ?? [] {
            guard let app = credential["app"]?.text else { continue }
            self.passwords[app] = SecretKeyRef(credential["passwordSecretRef"], defaultKey: "password")
        }
    }
}
