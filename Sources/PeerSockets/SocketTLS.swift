import NIOSSL

/// What a listener needs to speak TLS.
package struct ServerTLS: Sendable {
    let context: NIOSSLContext

    /// Reads a certificate and its key.
    ///
    /// - Parameters:
    ///   - certificatePEM: The certificate, followed by those between it and the authority.
    ///   - keyPEM: The private key.
    ///   - clientAuthorityPEM: Who must have signed clients' certificates; `nil` asks for none.
    /// - Throws: What BoringSSL says of them.
    package init(certificatePEM: [UInt8], keyPEM: [UInt8], clientAuthorityPEM: [UInt8]? = nil) throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(certificatePEM).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: keyPEM, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        if let clientAuthorityPEM {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(clientAuthorityPEM))
            configuration.certificateVerification = .noHostnameVerification
        }
        self.context = try NIOSSLContext(configuration: configuration)
    }
}

/// What a dialler needs to speak TLS.
package struct ClientTLS: Sendable {
    let context: NIOSSLContext

    /// Reads whom to trust, and who we are.
    ///
    /// - Parameters:
    ///   - authorityPEM: Who must have signed the server's certificate; `nil` trusts whom the system trusts.
    ///   - certificatePEM: Our own certificate, for servers that ask for one.
    ///   - keyPEM: Its private key.
    /// - Throws: What BoringSSL says of them.
    package init(authorityPEM: [UInt8]?, certificatePEM: [UInt8]? = nil, keyPEM: [UInt8]? = nil) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authorityPEM {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorityPEM))
        }
        if let certificatePEM, let keyPEM {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificatePEM)
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: keyPEM, format: .pem))
        }
        self.context = try NIOSSLContext(configuration: configuration)
    }
}
