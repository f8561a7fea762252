import Clocks
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that the server shows, renewed when it is about to run out: a process may outlive it.
///
/// No timer runs: every handshake asks for the certificate, and the first one that finds it old renews it.
final class ServingCertificate: Sendable {
    private struct State: Sendable {
        var identity: ServerIdentity
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
        var nextCheck: Timestamp
    }

    /// How long to go on with the old certificate when a new one cannot be made or written.
    private static let retryInterval: Duration = .seconds(3_600)

    private let folder: String
    private let hosts: [String]
    private let clock: any WallClock
    private let logger: Logger
    private let state: Mutex<State>
    private let onNewAuthority: @Sendable (ServerIdentity) -> Void

    /// Takes the identity that the server starts with.
    ///
    /// - Parameters:
    ///   - identity: The identity.
    ///   - folder: Where its files are.
    ///   - hosts: Names and addresses that clients connect to.
    ///   - clock: Tells when a certificate is old.
    ///   - logger: Told of renewals.
    ///   - onNewAuthority: Called when clients must trust another authority than before.
    /// - Throws: What NIO cannot read.
    init(
        _ identity: ServerIdentity,
        folder: String,
        hosts: [String],
        clock: any WallClock,
        logger: Logger,
        onNewAuthority: @escaping @Sendable (ServerIdentity) -> Void
    ) throws {
        self.folder = folder
        self.hosts = hosts
        self.clock = clock
        self.logger = logger
        self.onNewAuthority = onNewAuthority
        self.state = Mutex(try Self.state(of: identity))
    }

    /// How the server speaks TLS.
    var tls: TLSConfiguration {
        let (chain, key) = self.state.withLock { ($0.chain, $0.key) }
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        tls.sslContextCallback = { _, promise in promise.succeed(self.current) }
        return tls
    }

    /// What a handshake shows now.
    private var current: NIOSSLContextConfigurationOverride {
        let now = self.clock.now()
        let renewed = self.state.withLock { state -> ServerIdentity? in
            guard now >= state.nextCheck else { return nil }
            do {
                let identity = try ServerIdentity(folder: self.folder, hosts: self.hosts, now: now)
                let hasNewAuthority = identity.authority != state.identity.authority
                state = try Self.state(of: identity)
                self.logger.info("The serving certificate was renewed")
                return hasNewAuthority ? identity : nil
            } catch {
                state.nextCheck = now + Self.retryInterval
                self.logger.error("The serving certificate cannot be renewed", metadata: ["error": "\(error)"])
                return nil
            }
        }
        if let renewed { self.onNewAuthority(renewed) }
        var shown = NIOSSLContextConfigurationOverride()
        (shown.certificateChain, shown.privateKey) = self.state.withLock { ($0.chain, $0.key) }
        return shown
    }

    private static func state(of identity: ServerIdentity) throws -> State {
        State(
            identity: identity,
            chain: try NIOSSLCertificate.fromPEMBytes(Array(identity.certificate.utf8)).map { .certificate($0) },
            key: .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)),
            nextCheck: identity.renewal
        )
    }
}
