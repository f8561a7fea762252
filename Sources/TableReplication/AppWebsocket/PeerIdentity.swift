import JSON

/// Who a peer of ours is, as the login tells it.
///
/// A client sends it in `info`, which the digest covers; a server in `AppLoginResult`:
/// ```
/// "info":{"peerage":{"version":1,"peer":"<32 hex>","store":"<32 hex>","nonce":"<32 hex>"}}
/// {"mt":"AppLoginResult","ok":true,…,"peerage":{"version":1,"peer":"<32 hex>","store":"<32 hex>","proof":"<64 hex>"}}
/// ```
/// The server proves with the client's nonce that it knows the password too: otherwise anyone who is dialled by
/// mistake could take documents.
package struct PeerIdentity: Hashable, Sendable {
    /// The version of the link that is spoken here.
    package static let version: Int64 = 1

    /// The peer's key, 32 lower-case hexadecimal digits.
    package let peerKey: String
    /// The GUID of the app's store.
    package let store: String

    /// Creates an identity.
    package init(peerKey: String, store: String) {
        self.peerKey = peerKey
        self.store = store
    }

    /// Reads an identity; `nil` when there is none, or none that is understood.
    init?(_ value: JSONValue?) {
        guard let version = value?["version"]?.integer, version >= 1, let peer = value?["peer"]?.string,
            let store = value?["store"]?.string, Self.isGUID(peer), Self.isGUID(store)
        else { return nil }
        self.init(peerKey: peer, store: store)
    }

    /// Whether a text is 32 lower-case hexadecimal digits.
    package static func isGUID(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                    || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }

    /// The identity as JSON with one more member, which is the nonce or the proof.
    func json(_ name: String, _ value: String) -> JSONValue {
        [
            "version": .integer(Self.version), "peer": .string(self.peerKey), "store": .string(self.store),
            name: .string(value),
        ]
    }

    /// What proves that the server knows the password: it depends on both sides' random numbers.
    static func proof(nonce: String, challenge: String, password: String) -> [UInt8] {
        Array("peerageServerProof:\(nonce):\(challenge):\(password)".utf8).sha256Hex
    }
}
