import Clocks
import JSON
import Testing

@testable import TableReplication

@Suite("Login")
struct LoginTests {
    static let serverIdentity = PeerIdentity(
        peerKey: "00000000000000000000000000000aaa",
        store: "0000000000000000000000000000000a"
    )
    static let clientIdentity = PeerIdentity(
        peerKey: "00000000000000000000000000000bbb",
        store: "0000000000000000000000000000000b"
    )

    static func credential(_ identity: PeerIdentity, password: String = "secret") -> AppCredential {
        AppCredential(appId: "app-1", appName: "cars", password: password, identity: identity)
    }

    static func find(_ name: String) -> AppCredential? {
        name == "app-1" || name == "cars" ? Self.credential(Self.serverIdentity) : nil
    }

    private func message(_ text: String) throws -> Envelope { try Envelope(Array(text.utf8)) }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Runs a login of two of ours until neither has anything to say, and gives what both concluded.
    private func dialogue(clientPassword: String) throws -> (ServerLogin.Action?, ClientLogin.Action?) {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var server = ServerLogin(pathApp: "app-1")
        var client = ClientLogin(
            credential: Self.credential(Self.clientIdentity, password: clientPassword),
            chance: &chance
        )
        var toServer = [client.start()]
        var outcomes: (ServerLogin.Action?, ClientLogin.Action?)
        while !toServer.isEmpty {
            var toClient: [[UInt8]] = []
            for action in server.received(try Envelope(toServer.removeFirst()), chance: &chance, credential: Self.find)
            {
                switch action {
                case .send(let bytes): toClient.append(bytes)
                case .refuse(let refusal):
                    toClient.append(refusal.message)
                    outcomes.0 = action
                case .loggedIn, .close: outcomes.0 = action
                }
            }
            for bytes in toClient {
                for action in client.received(try Envelope(bytes)) {
                    if case .send(let bytes) = action { toServer.append(bytes) } else { outcomes.1 = action }
                }
            }
        }
        return outcomes
    }

    @Test("two of our peers learn who the other is")
    func own() throws {
        let (server, client) = try self.dialogue(clientPassword: "secret")
        #expect(server == .loggedIn(ServerLogin.Success(appId: "app-1", user: "", peer: Self.clientIdentity)))
        #expect(client == .loggedIn(Self.serverIdentity))
    }

    @Test("a wrong password is refused after a delay")
    func wrong() throws {
        let (server, client) = try self.dialogue(clientPassword: "guess")
        guard case .refuse(let refusal) = server else {
            Issue.record("expected a refusal")
            return
        }
        #expect(refusal.delay == .seconds(1))
        #expect(refusal.message == self.bytes(#"{"mt":"AppLoginResult","ok":false}"#))
        #expect(!refusal.isLast && refusal.isGuess)
        #expect(client == .close(.loginRefused))
    }

    @Test("the third wrong login ends the connection, and an unknown app is refused like a wrong password")
    func attempts() throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var server = ServerLogin(pathApp: nil)
        var closes: [Bool] = []
        for app in ["cars", "unknown", "cars"] {
            _ = server.received(try self.message(#"{"mt":"AppChallenge"}"#), chance: &chance, credential: Self.find)
            let login = try self.message(#"{"mt":"AppLogin","src":7,"app":"\#(app)","digest":"00"}"#)
            let actions = server.received(login, chance: &chance, credential: Self.find)
            guard case .refuse(let refusal) = actions.first else {
                Issue.record("expected a refusal")
                return
            }
            #expect(refusal.delay == .seconds(1))
            #expect(refusal.message == self.bytes(#"{"mt":"AppLoginResult","src":7,"ok":false}"#))
            // An app that is not here is no guess at a password.
            #expect(refusal.isGuess == (app == "cars"))
            closes.append(refusal.isLast)
            // Until the refusal has gone out there is no answer to anything.
            let tooEarly = try self.message(#"{"mt":"AppChallenge"}"#)
            #expect(server.received(tooEarly, chance: &chance, credential: Self.find).isEmpty)
            server.refusalSent()
        }
        #expect(closes == [false, false, true])
    }

    @Test("a challenge has 16 hexadecimal characters, comes with the src, and is good for one login")
    func challenge() throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var server = ServerLogin(pathApp: nil)
        let ask = try self.message(#"{"mt":"AppChallenge","src":"a \"b"}"#)
        guard case .send(let bytes) = server.received(ask, chance: &chance, credential: Self.find).first else {
            Issue.record("expected an answer")
            return
        }
        let answer = try Envelope(bytes)
        #expect(answer.string("src") == "a \"b")
        let challenge = try #require(answer.string("challenge"))
        #expect(challenge.utf8.count == 16)
        #expect(challenge.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
        let digest = LoginDigest(app: "cars").hex(challenge: challenge, password: "secret")
        let text = String(decoding: digest, as: UTF8.self)
        let login = try self.message(#"{"mt":"AppLogin","app":"cars","digest":"\#(text)"}"#)
        let other = try self.message(#"{"mt":"AppLogin","app":"cars","digest":"\#(text.replacing("a", with: "b"))"}"#)
        _ = server.received(other, chance: &chance, credential: Self.find)
        server.refusalSent()
        guard case .refuse = server.received(login, chance: &chance, credential: Self.find).first else {
            Issue.record("expected the used challenge to be refused")
            return
        }
    }

    @Test(
        "nothing but the login has an effect before it, and too much of it ends the connection",
        arguments: [
            #"{"mt":"ReplicateStart","api":"cars"}"#, #"{"mt":"Unheard"}"#, #"{"x":1}"#, #"{"mt":"AppInfo"}"#,
            #"{"mt":"CheckBuild","url":"http://x/a/b.htm"}"#,
        ]
    )
    func before(text: String) throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var server = ServerLogin(pathApp: "cars")
        let message = try self.message(text)
        for _ in 0..<32 {
            #expect(server.received(message, chance: &chance, credential: Self.find).isEmpty)
        }
        #expect(server.received(message, chance: &chance, credential: Self.find) == [.close(.messagesBeforeLogin)])
    }

    @Test("the path names the app when the login does not")
    func path() throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var server = ServerLogin(pathApp: "cars", challenge: "0123456789abcdef")
        let digest = LoginDigest(app: "other").hex(challenge: "0123456789abcdef", password: "secret")
        let text = String(decoding: digest, as: UTF8.self)
        let login = try self.message(#"{"mt":"AppLogin","app":"other","digest":"\#(text)"}"#)
        let actions = server.received(login, chance: &chance, credential: Self.find)
        #expect(actions.last == .loggedIn(ServerLogin.Success(appId: "app-1", user: "", peer: nil)))
    }

    @Test(
        "a client takes a challenge that is a text of up to 16 characters, or a number",
        arguments: [
            (#""0123456789abcdef""#, true), ("12345", true), (#""01234567890123456""#, false), (#""""#, false),
            ("null", false), ("[]", false),
        ]
    )
    func challenges(challenge: String, isTaken: Bool) throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var client = ClientLogin(credential: Self.credential(Self.clientIdentity), chance: &chance)
        let actions = client.received(try self.message(#"{"mt":"AppChallengeResult","challenge":\#(challenge)}"#))
        if isTaken {
            guard case .send = actions.first else {
                Issue.record("expected a login")
                return
            }
        } else {
            #expect(actions == [.close(.badMessage)])
        }
    }

    @Test("a server that is one of ours must prove that it knows the password")
    func impostor() throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var client = ClientLogin(credential: Self.credential(Self.clientIdentity), chance: &chance)
        _ = client.received(try self.message(#"{"mt":"AppChallengeResult","challenge":"00"}"#))
        let identity = Self.serverIdentity.json("proof", String(repeating: "0", count: 64)).text
        let result = try self.message(#"{"mt":"AppLoginResult","ok":true,"peerage":\#(identity)}"#)
        #expect(client.received(result) == [.close(.serverNotProved)])
    }

    @Test("a foreign server is known by having no identity")
    func foreign() throws {
        var chance = Chance.seeded(SplitMix64(seed: 7))
        var client = ClientLogin(credential: Self.credential(Self.clientIdentity), chance: &chance)
        _ = client.received(try self.message(#"{"mt":"AppChallengeResult","challenge":"00"}"#))
        #expect(client.received(try self.message(#"{"mt":"AppLoginResult","ok":true}"#)) == [.loggedIn(nil)])
    }
}
