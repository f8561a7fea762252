import Clocks
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// The authority that signs the server's certificate: ours alone, made at the first start.
///
/// Clients trust it because the kubeconfig names it.
struct CertificateAuthority {
    /// How long the authority is valid.
    private static let lifetime: TimeInterval = 10 * 365 * 86_400
    /// How long a serving certificate is valid.
    private static let leafLifetime: TimeInterval = 365 * 86_400
    /// When a certificate has less than this left, it is replaced.
    private static let margin: TimeInterval = 90 * 86_400
    /// Clocks of clients may be slow.
    private static let backdating: TimeInterval = 3_600

    private let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// The authority's certificate as PEM.
    let pem: String
    /// The authority's key as PEM.
    let keyPEM: String

    /// Makes an authority.
    init(now: Timestamp) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("Peerage local authority") }
        let start = now.date - Self.backdating
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: start,
            notValidAfter: start + Self.lifetime,
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            },
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        self.certificate = certificate
        self.key = Certificate.PrivateKey(key)
        self.pem = try certificate.serializeAsPEM().pemString
        self.keyPEM = key.pemRepresentation
    }

    /// Takes an authority from its files; `nil` when they are damaged, do not belong together or run out soon.
    init?(pem: String, keyPEM: String, now: Timestamp) {
        guard let certificate = try? Certificate(pemEncoded: pem),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: keyPEM),
            certificate.publicKey == Certificate.PublicKey(key.publicKey),
            certificate.notValidAfter > now.date + Self.leafLifetime
        else { return nil }
        self.certificate = certificate
        self.key = Certificate.PrivateKey(key)
        self.pem = pem
        self.keyPEM = keyPEM
    }

    /// Makes a serving certificate for some hosts.
    ///
    /// - Parameters:
    ///   - hosts: Names and addresses.
    ///   - now: When it begins.
    /// - Returns: The certificate and its key, as PEM.
    /// - Throws: What X.509 cannot express, such as a host that is not ASCII.
    func issue(for hosts: [String], now: Timestamp) throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let start = now.date - Self.backdating
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: start,
            notValidAfter: start + Self.leafLifetime,
            issuer: self.certificate.subject,
            subject: try DistinguishedName { CommonName("peerage") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(hosts.map(GeneralName.init(host:)))
            },
            issuerPrivateKey: self.key
        )
        return (try certificate.serializeAsPEM().pemString, key.pemRepresentation)
    }

    /// From when on a serving certificate should be replaced.
    static func renewal(of pem: String) throws -> Timestamp {
        let end = try Certificate(pemEncoded: pem).notValidAfter - Self.margin
        return Timestamp(seconds: Int64(end.timeIntervalSince1970))
    }

    /// Whether a serving certificate is ours, for just these hosts, fits its key and is not about to run out.
    func isUsable(certificate pem: String, key keyPEM: String, for hosts: [String], now: Timestamp) -> Bool {
        guard let leaf = try? Certificate(pemEncoded: pem),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: keyPEM),
            leaf.publicKey == Certificate.PublicKey(key.publicKey),
            self.certificate.publicKey.isValidSignature(leaf.signature, for: leaf),
            let names = try? leaf.extensions.subjectAlternativeNames
        else { return false }
        return Set(names) == Set(hosts.map(GeneralName.init(host:)))
            && leaf.notValidBefore <= now.date && leaf.notValidAfter > now.date + Self.margin
    }
}

extension Timestamp {
    fileprivate var date: Date { Date(timeIntervalSince1970: TimeInterval(self.seconds)) }
}

extension GeneralName {
    fileprivate init(host: String) {
        self = host.addressBytes.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(host)
    }
}
