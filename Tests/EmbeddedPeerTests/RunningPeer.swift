import EmbeddedPeer
import Foundation
import Logging
import PeerModel

extension EmbeddedPeerConfiguration {
    /// A peer called `fleet/berlin` on any port of this machine.
    static func berlin(
        named name: String = "berlin",
        _ storage: Storage = .ephemeral,
        token: AccessToken? = nil,
        listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 0)
    ) -> EmbeddedPeerConfiguration {
        EmbeddedPeerConfiguration(
            identity: PeerIdentity(namespace: "fleet", name: name),
            storage: storage,
            listen: listen,
            token: token
        )
    }
}

extension Logger {
    /// A logger that says nothing.
    static var silent: Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }
}

/// Runs a peer for as long as the body takes.
func withPeer<Result: Sendable>(
    _ configuration: EmbeddedPeerConfiguration = .berlin(),
    logger: Logger = .silent,
    _ body: (EmbeddedBigPeer, Curl) async throws -> Result
) async throws -> Result {
    let peer = try EmbeddedBigPeer(configuration: configuration, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await peer.run() }
        let result = try await body(peer, Curl(address: try await peer.waitUntilListening().api))
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Makes a directory for as long as the body takes.
func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("peerage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    do {
        let result = try await body(url.path)
        try FileManager.default.removeItem(at: url)
        return result
    } catch {
        try? FileManager.default.removeItem(at: url)
        throw error
    }
}
