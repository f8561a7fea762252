import JSON

/// The login as the side sees it that was connected to.
///
/// ```
///   waiting ──AppChallenge──▶ challenged ──AppLogin, right──▶ done
///      ▲                          │                             ▲
///      │                          └──────AppLogin, wrong──┐     │ right by now: the app has been opened
///      └────────── refusal has gone out ─────────────── refusing
/// ```
/// *Guarantees:* nothing but the login's own messages has an effect; a challenge is good for one try; digests are
/// compared in constant time; an unknown app is refused exactly as a wrong password is. A login that is refused is looked
/// at once more while its answer is held back, so that who comes while a peer is still opening its apps gets in, and
/// strangers learn nothing of which apps there are. *Errors:* `close` actions.
struct ServerLogin: Sendable {
    /// What the owner must do, in this order.
    enum Action: Sendable, Equatable {
        /// Send a message.
        case send([UInt8])
        /// Send this message after a delay, then call `refusalSent()`; or close after it when that was the last try.
        case refuse(Refusal)
        /// The client is who it says.
        case loggedIn(Success)
        /// Close the connection.
        case close(LinkCloseReason)
    }

    /// A wrong login's answer.
    struct Refusal: Sendable, Equatable {
        /// How long to hold it back.
        let delay: Duration
        /// The answer.
        let message: [UInt8]
        /// Whether that was the last try of the connection.
        let isLast: Bool
        /// Whether a password was guessed, which counts against the address.
        ///
        /// An app that is not here, or not yet, is no guess: a peer that starts earlier than the one it dials must not be
        /// shut out for it.
        let isGuess: Bool
        /// The app whose password was wrong; `nil` when there is no such app.
        let appId: String?
        /// What the client calls the app that is not here, cut to a few characters.
        let strangeApp: String?
    }

    /// A login that came, with the challenge that it answers.
    private struct Attempt: Sendable {
        let message: Envelope
        let challenge: String
    }

    /// What is known after a login.
    struct Success: Sendable, Equatable {
        /// The app.
        let appId: String
        /// The user's name, as the client gave it.
        let user: String
        /// The peer, if the client is one of ours.
        let peer: PeerIdentity?
    }

    private enum State: Sendable {
        /// Can transition to `challenged`.
        case waiting
        /// Can transition to `refusing` and `done`, or here again with a new challenge.
        case challenged(String)
        /// Can transition to `waiting` and `done`.
        case refusing(Attempt?)
        /// Stays.
        case done
    }

    private var state = State.waiting
    private var wrongLogins = 0
    private var strayMessages = 0
    /// The app that the path of the connection names, if any.
    private let pathApp: String?

    /// Creates the state of a new connection.
    init(pathApp: String?) {
        self.pathApp = pathApp
    }

    /// Creates the state of a connection whose client was given a challenge.
    init(pathApp: String?, challenge: String) {
        self.init(pathApp: pathApp)
        self.state = .challenged(challenge)
    }

    /// Handles a message.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - chance: Where challenges come from.
    ///   - credential: Finds an app by id or name.
    /// - Returns: What to do.
    mutating func received(
        _ message: Envelope,
        chance: inout Chance,
        credential: (String) -> AppCredential?
    ) -> [Action] {
        switch (self.state, message.type) {
        case (.refusing, _), (.done, _): return self.stray()
        case (_, .appChallenge):
            let challenge = chance.hexDigits(count: AppWebsocketLimits.challengeCharacters)
            self.state = .challenged(challenge)
            var writer = MessageWriter(.appChallengeResult, source: message.source)
            writer.member("challenge", challenge)
            return [.send(writer.finished())]
        case (.challenged(let challenge), .appLogin):
            return self.check(Attempt(message: message, challenge: challenge), credential: credential)
        // A login without a challenge is wrong whatever it says.
        case (.waiting, .appLogin): return [self.refuse(message, Wrong(isGuess: true))]
        // `CheckBuild` among them: the address of the page is never wrong here, and then no answer is due.
        default: return self.stray()
        }
    }

    /// The refusal has gone out: the client may try again.
    mutating func refusalSent() {
        if case .refusing = self.state { self.state = .waiting }
    }

    /// Looks once more at the login whose refusal has not gone out.
    ///
    /// - Parameter credential: Finds an app by id or name.
    /// - Returns: What to do in place of the refusal; nothing when that stands.
    mutating func lookAgain(credential: (String) -> AppCredential?) -> [Action] {
        guard case .refusing(let attempt?) = self.state,
            case .success(let actions) = Self.judge(attempt, self.pathApp, credential)
        else { return [] }
        self.state = .done
        return actions
    }

    private mutating func stray() -> [Action] {
        self.strayMessages += 1
        return self.strayMessages > AppWebsocketLimits.strayMessages ? [.close(.messagesBeforeLogin)] : []
    }

    private mutating func check(_ attempt: Attempt, credential: (String) -> AppCredential?) -> [Action] {
        switch Self.judge(attempt, self.pathApp, credential) {
        case .success(let actions):
            self.state = .done
            return actions
        case .failure(let wrong):
            return [self.refuse(attempt.message, wrong, attempt)]
        }
    }

    /// Why a login is not right.
    private struct Wrong: Error {
        /// Whether a password was guessed.
        var isGuess = false
        /// The app whose password it is not.
        var appId: String?
        /// What the client calls the app, if there is none of the name.
        var strangeApp: String?
    }

    /// A name longer than this is no app's.
    private static let shownScalars = 64

    private static func judge(
        _ attempt: Attempt,
        _ pathApp: String?,
        _ credential: (String) -> AppCredential?
    ) -> Result<[Action], Wrong> {
        let (message, challenge) = (attempt.message, attempt.challenge)
        let login = LoginDigest(
            app: message.string("app") ?? "",
            domain: message.string("domain") ?? "",
            sip: message.string("sip") ?? "",
            guid: message.string("guid") ?? "",
            dn: message.string("dn") ?? "",
            info: message.text("info")
        )
        let app = credential(login.app) ?? pathApp.flatMap(credential)
        // The digest is worked out for an unknown app as well, so that both refusals take the same time.
        let expected = login.hex(challenge: challenge, password: app?.password ?? "")
        let given = Array((message.string("digest") ?? "").utf8)
        guard let app, expected.isEqualInConstantTime(to: given) else {
            let name = login.app.isEmpty ? pathApp ?? "" : login.app
            let strangeApp = app == nil ? String(name.unicodeScalars.prefix(Self.shownScalars)) : nil
            return .failure(Wrong(isGuess: app != nil, appId: app?.appId, strangeApp: strangeApp))
        }
        let own = message.value("info")?["peerage"]
        let peer = PeerIdentity(own)
        // The guid is covered by the digest too; one that differs is a mistake that must not be taken for a peer.
        if let peer, peer.peerKey != login.guid { return .failure(Wrong()) }
        var writer = MessageWriter(.appLoginResult, source: message.source, reserving: 320)
        writer.member("app", login.app)
        if !login.domain.isEmpty { writer.member("domain", login.domain) }
        writer.member("ok", true)
        if peer != nil {
            let nonce = own?["nonce"]?.string ?? ""
            let proof = PeerIdentity.proof(nonce: nonce, challenge: challenge, password: app.password)
            let identity = app.identity.json("proof", String(decoding: proof, as: UTF8.self))
            writer.member("peerage", json: identity.bytes)
        }
        return .success([
            .send(writer.finished()),
            .loggedIn(Success(appId: app.appId, user: login.sip, peer: peer)),
        ])
    }

    private mutating func refuse(_ message: Envelope, _ wrong: Wrong, _ attempt: Attempt? = nil) -> Action {
        self.state = .refusing(attempt)
        self.wrongLogins += 1
        var writer = MessageWriter(.appLoginResult, source: message.source)
        writer.member("ok", false)
        return .refuse(
            Refusal(
                delay: AppWebsocketLimits.refusalDelay,
                message: writer.finished(),
                isLast: self.wrongLogins >= AppWebsocketLimits.loginAttempts,
                isGuess: wrong.isGuess,
                appId: wrong.appId,
                strangeApp: wrong.strangeApp
            )
        )
    }
}
