/// Whom to trust and who to be on an encrypted connection.
package struct TLSOptions: Sendable, Hashable {
    /// The certificates to trust, as PEM; `nil` trusts those of the system.
    package var caPEM: [UInt8]?
    /// The certificate chain to present, as PEM.
    package var clientCertificatePEM: [UInt8]?
    /// The private key of the first certificate presented, as PEM.
    package var clientKeyPEM: [UInt8]?
    /// Accepts any certificate: whoever sits in between can read and change everything.
    package var insecureSkipVerify: Bool
    /// The name to ask for and to verify in place of the URL's host.
    package var serverName: String?

    /// Creates options.
    package init(
        caPEM: [UInt8]? = nil,
        clientCertificatePEM: [UInt8]? = nil,
        clientKeyPEM: [UInt8]? = nil,
        insecureSkipVerify: Bool = false,
        serverName: String? = nil
    ) {
        self.caPEM = caPEM
        self.clientCertificatePEM = clientCertificatePEM
        self.clientKeyPEM = clientKeyPEM
        self.insecureSkipVerify = insecureSkipVerify
        self.serverName = serverName
    }

    /// The system's certificates, no certificate of our own.
    package static let system = Self()
}

extension TLSOptions: CustomStringConvertible, CustomReflectable {
    /// What is set, without the key.
    package var description: String {
        let trust = self.insecureSkipVerify ? "anyone" : self.caPEM == nil ? "the system's" : "own CA"
        let identity = self.clientCertificatePEM == nil ? "none" : "client certificate"
        return "TLS(trusts: \(trust), identity: \(identity), serverName: \(self.serverName ?? "from the URL"))"
    }

    /// Shows `dump` and debuggers no more than `description` does.
    package var customMirror: Mirror { Mirror(self, children: ["options": self.description]) }
}
