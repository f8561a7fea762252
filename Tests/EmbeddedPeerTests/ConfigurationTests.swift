import EmbeddedPeer
import PeerModel
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    @Test("an address is read and printed alike", arguments: ["127.0.0.1:0", "[::1]:65535", "localhost:8080"])
    func address(text: String) throws {
        #expect(try ListenAddress(parsing: text).description == text)
    }

    @Test(
        "what is not an address is refused",
        arguments: [
            "", "127.0.0.1", ":80", "::1:80", "a:65536", "a:-1", "a:+1", "a:", "[]:1",
        ]
    )
    func invalidAddress(text: String) {
        #expect(throws: EmbeddedPeerError.self) { try ListenAddress(parsing: text) }
    }

    @Test("a listener beyond this machine needs a token", arguments: ["0.0.0.0", "::", "10.0.0.7", "peer.example"])
    func nonLoopback(host: String) throws {
        let listen = ListenAddress(host: host, port: 0)
        let error = #expect(throws: EmbeddedPeerError.self) {
            _ = try EmbeddedBigPeer(configuration: .berlin(listen: listen), logger: .silent)
        }
        #expect(error == .tokenRequired(listen))
        let peer = try EmbeddedBigPeer(
            configuration: .berlin(token: try AccessToken("t"), listen: listen),
            logger: .silent
        )
        #expect(throws: EmbeddedPeerError.tokenRequired(listen)) { try peer.updateToken(nil) }
    }

    @Test("loopback needs none", arguments: ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
    func loopback(host: String) throws {
        let configuration = EmbeddedPeerConfiguration.berlin(listen: ListenAddress(host: host, port: 0))
        #expect(throws: Never.self) { _ = try EmbeddedBigPeer(configuration: configuration, logger: .silent) }
    }

    @Test("names must be DNS labels")
    func names() {
        var configuration = EmbeddedPeerConfiguration.berlin()
        configuration.identity = PeerIdentity(namespace: "fleet", name: "Berlin")
        let error = #expect(throws: EmbeddedPeerError.self) {
            _ = try EmbeddedBigPeer(configuration: configuration, logger: .silent)
        }
        #expect(
            error?.description
                == #"name "Berlin" has 'B' as character 1; only a-z, 0-9 and '-' are allowed"#
        )
    }

    @Test("a token that no header could carry is refused", arguments: ["", " \n", "a b", "a\u{7}", "ä"])
    func token(text: String) {
        #expect(throws: EmbeddedPeerError.unusableToken) { _ = try AccessToken(text) }
    }

    @Test("nothing prints a token")
    func redaction() throws {
        let token = try AccessToken("hunter2")
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains("hunter2"))
        #expect(!"\(EmbeddedPeerConfiguration.berlin(token: token))".contains("hunter2"))
    }

    @Test("a peer runs once")
    func runsOnce() async throws {
        let stopped = try await withPeer { peer, _ in peer }
        await #expect(throws: EmbeddedPeerError.alreadyRun) { try await stopped.run() }
    }

    @Test("keys differ from peer to peer")
    func keys() throws {
        let keys = try (0..<3).map { _ in try EmbeddedBigPeer(configuration: .berlin(), logger: .silent).peerKey }
        #expect(Set(keys).count == 3)
        #expect(keys.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
