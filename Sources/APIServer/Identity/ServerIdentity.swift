import Clocks

/// Who the server is and who may speak to it, kept in the data folder from start to start.
struct ServerIdentity: Sendable {
    /// The authority's certificate, which clients are to trust, as PEM.
    let authority: String
    /// The serving certificate as PEM.
    let certificate: String
    /// The serving certificate's key as PEM.
    let key: String
    /// From when on the certificate should be replaced.
    let renewal: Timestamp
    /// What clients must show.
    let token: AccessToken

    /// Reads the identity, making or renewing what is missing, damaged or about to run out.
    ///
    /// - Parameters:
    ///   - folder: Where the files are.
    ///   - hosts: Names and addresses that clients connect to.
    ///   - now: The time.
    /// - Throws: `PrivateFile.Failure`, or what X.509 cannot express.
    init(folder: String, hosts: [String], now: Timestamp) throws {
        try PrivateFile.makeFolder(folder)
        let authority = try Self.authority(folder: folder, now: now)
        self.authority = authority.pem
        (self.certificate, self.key) = try Self.leaf(of: authority, folder: folder, hosts: hosts, now: now)
        self.renewal = try CertificateAuthority.renewal(of: self.certificate)
        if let token = try PrivateFile.read("\(folder)/token").flatMap(AccessToken.read) {
            self.token = token
        } else {
            self.token = .random()
            try PrivateFile.replace("\(folder)/token", with: self.token.value + "\n")
        }
    }

    private static func authority(folder: String, now: Timestamp) throws -> CertificateAuthority {
        if let pem = try Self.text("\(folder)/ca.crt"), let key = try Self.text("\(folder)/ca.key"),
            let kept = CertificateAuthority(pem: pem, keyPEM: key, now: now)
        {
            return kept
        }
        let new = try CertificateAuthority(now: now)
        // A crash between the two leaves a pair that does not fit, which is replaced at the next start.
        try PrivateFile.replace("\(folder)/ca.key", with: new.keyPEM + "\n")
        try PrivateFile.replace("\(folder)/ca.crt", with: new.pem + "\n")
        return new
    }

    private static func leaf(
        of authority: CertificateAuthority,
        folder: String,
        hosts: [String],
        now: Timestamp
    ) throws -> (String, String) {
        if let pem = try Self.text("\(folder)/tls.crt"), let key = try Self.text("\(folder)/tls.key"),
            authority.isUsable(certificate: pem, key: key, for: hosts, now: now)
        {
            return (pem, key)
        }
        let new = try authority.issue(for: hosts, now: now)
        try PrivateFile.replace("\(folder)/tls.key", with: new.key + "\n")
        try PrivateFile.replace("\(folder)/tls.crt", with: new.certificate + "\n")
        return new
    }

    private static func text(_ path: String) throws(PrivateFile.Failure) -> String? {
        try PrivateFile.read(path).map { String(decoding: $0, as: UTF8.self) }
    }
}
