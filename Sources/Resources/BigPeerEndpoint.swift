import JSON
import KubernetesModel

/// A Big Peer that runs somewhere else: where its REST API is, and how to speak to it.
package struct BigPeerEndpoint: Sendable, Hashable {
    /// The base URL without a slash at its end; its path is kept.
    package var url: String
    /// The `namespace` segment of REST paths.
    package var namespace: String
    /// The `bigPeer` segment of REST paths.
    package var bigPeerName: String
    /// Where the bearer token comes from, if one is sent.
    package var token: TokenSource?
    /// How the server is trusted, and we by it.
    package var tls: TLSOptions
    /// How long one request may take.
    package var timeout: Duration
    /// How hard the API may be asked.
    package var rateLimit: RateLimit
    /// The base URL of the peer's HTTP data API, if there is one.
    package var dataURL: String?

    /// How long one request may take when the spec says nothing.
    package static let defaultTimeout = Duration.seconds(10)

    init(_ json: JSONValue?, metadata: ObjectMeta) {
        let url = json?["url"]?.string ?? ""
        self.url = EndpointURL(url)?.description ?? url
        let namespace = metadata.namespace.isEmpty ? PeerageAPI.defaultNamespace : metadata.namespace
        self.namespace = json?["namespace"]?.text ?? namespace
        self.bigPeerName = json?["bigPeerName"]?.text ?? metadata.name
        self.token = TokenSource(json?["auth"])
        self.tls = TLSOptions(json?["tls"])
        self.timeout = json?["timeout"]?.duration ?? Self.defaultTimeout
        self.rateLimit = RateLimit(json?["rateLimit"])
        self.dataURL = json?["dataURL"]?.text.map { EndpointURL($0)?.description ?? $0 }
    }
}

/// Where a bearer token comes from.
package enum TokenSource: Sendable, Hashable {
    /// A Secret.
    case secret(SecretKeyRef)
    /// A file that the controller can read; read again whenever it changes.
    case file(String)

    init?(_ json: JSONValue?) {
        if let reference = SecretKeyRef(json?["tokenSecretRef"], defaultKey: "token") {
            self = .secret(reference)
        } else if let path = json?["tokenFile"]?.text {
            self = .file(path)
        } else {
            return nil
        }
    }
}

/// How a TLS server is trusted, and we by it.
package struct TLSOptions: Sendable, Hashable {
    /// Whose certificates are trusted; `nil` is the system's list.
    package var authority: SecretKeyRef?
    /// The Secret (`tls.crt`, `tls.key`) with the certificate that we show.
    package var clientSecretName: String?
    /// Whether the server's certificate is not looked at.
    package var skipsVerification: Bool

    init(_ json: JSONValue?) {
        self.authority = SecretKeyRef(json?["caSecretRef"], defaultKey: "ca.crt")
        self.clientSecretName = json?["clientSecretRef"]?["name"]?.text
        self.skipsVerification = json?["insecureSkipVerify"]?.bool ?? false
    }
}
