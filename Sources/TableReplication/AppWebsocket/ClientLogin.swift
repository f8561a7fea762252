import JSON

/// The login as the side sees it that dialled.
///
/// ```
///   challenging ──AppChallengeResult──▶ loggingIn ──AppLoginResult, ok──▶ done
/// ```
/// *Guarantees:* nothing but the login's own messages has an effect; the password never leaves. *Errors:* `close`
/// actions.
struct ClientLogin: Sendable {
    /// What the owner must do, in this order.
    enum Action: Sendable, Equatable {
        /// Send a message.
        case send([UInt8])
        /// The server took the login; the peer is known if it is one of ours and proved that it knows the password.
        case loggedIn(PeerIdentity?)
        /// Close the connection.
        case close(LinkCloseReason)
    }

    private enum State: Sendable {
        /// Can transition to `loggingIn`.
        case challenging
        /// Can transition to `done`.
        case loggingIn(challenge: String)
        /// Stays.
        case done
    }

    private var state = State.challenging
    private var strayMessages = 0
    private let credential: AppCredential
    private let nonce: String

    /// Creates the state of a new connection.
    init(credential: AppCredential, chance: inout Chance) {
        self.credential = credential
        self.nonce = chance.hexDigits(count: 32)
    }

    /// The first message.
    func start() -> [UInt8] { MessageWriter(.appChallenge).finished() }

    /// Handles a message.
    mutating func received(_ message: Envelope) -> [Action] {
        switch (self.state, message.type) {
        case (.challenging, .appChallengeResult):
            guard let challenge = Self.challenge(of: message) else { return [.close(.badMessage)] }
            self.state = .loggingIn(challenge: challenge)
            return [.send(self.login(challenge: challenge))]
        case (.loggingIn(let challenge), .appLoginResult):
            guard message.flag("ok") else { return [.close(.loginRefused)] }
            self.state = .done
            let own = message.value("peerage")
            guard let peer = PeerIdentity(own) else { return [.loggedIn(nil)] }
            let proof = PeerIdentity.proof(
                nonce: self.nonce,
                challenge: challenge,
                password: self.credential.password
            )
            guard proof.isEqualInConstantTime(to: Array((own?["proof"]?.string ?? "").utf8)) else {
                return [.close(.serverNotProved)]
            }
            return [.loggedIn(peer)]
        default:
            self.strayMessages += 1
            return self.strayMessages > AppWebsocketLimits.strayMessages ? [.close(.messagesBeforeLogin)] : []
        }
    }

    /// The challenge: a string, or a number as older firmware sends it.
    private static func challenge(of message: Envelope) -> String? {
        switch message.value("challenge") {
        case .string(let text) where text.utf8.count <= AppWebsocketLimits.challengeCharacters && !text.isEmpty: text
        case .integer(let number): String(number)
        default: nil
        }
    }

    private func login(challenge: String) -> [UInt8] {
        let identity = self.credential.identity
        let info = JSONValue.object(["peerage": identity.json("nonce", self.nonce)]).bytes
        let login = LoginDigest(app: self.credential.appId, guid: identity.peerKey, info: info)
        var writer = MessageWriter(.appLogin, reserving: 400)
        writer.member("app", login.app)
        writer.member("domain", login.domain)
        writer.member("sip", login.sip)
        writer.member("guid", login.guid)
        writer.member("dn", login.dn)
        writer.name("digest")
        writer.string(bytes: login.hex(challenge: challenge, password: self.credential.password))
        writer.member("info", json: info)
        return writer.finished()
    }
}
