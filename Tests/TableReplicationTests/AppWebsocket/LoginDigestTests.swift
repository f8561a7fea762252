import Clocks
import Testing

@testable import TableReplication

/// The published examples: 1–4 from the innovaphone SDK's page on AppWebsocket, 5–8 logins of real PBX objects and
/// users, from `service/innotools_test.go` of ricoschulte/go-myapps.
@Suite("Login digest")
struct LoginDigestTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let number: Int
        let login: LoginDigest
        let challenge: String
        let password: String
        let digest: String

        var testDescription: String { "vector \(self.number)" }
    }

    static func info(_ app: String, user: String, tail: String) -> [UInt8] {
        let appobj = app == "searchapi" ? "go-search" : "go"
        let url = "http://192.168.178.29:5000/fritz.box/go/instance/\(app)"
        let head = #"{"appobj":"\#(appobj)","appdn":"\#(appobj)","appurl":"\#(url)","pbx":"pbx-main","cn":"\#(user)","#
        return Array((head + tail).utf8)
    }

    static let vectors = [
        Vector(
            number: 1,
            login: LoginDigest(app: "pbxadminapi"),
            challenge: "0123456789abcdef",
            password: "pwd",
            digest: "a205299ed2ef2786c311e0be1b14db343f2cadd906a6ae7b564eee34bda5e9a1"
        ),
        Vector(
            number: 2,
            login: LoginDigest(app: "pbxadminapi", info: Array("{}".utf8)),
            challenge: "0123456789abcdef",
            password: "pwd",
            digest: "57b23fe824b9222a7ac879597cb509bcdc865a1bfeb057d9d12118cef0c3ba34"
        ),
        Vector(
            number: 3,
            login: LoginDigest(app: "pbxadminapi", info: Array(#"{"cn":"Test User"}"#.utf8)),
            challenge: "0123456789abcdef",
            password: "pwd",
            digest: "96db3c3f657230c2b68194becc6d2a77f05de9f79f01fc81e9ca0fb196b10d9d"
        ),
        Vector(
            number: 4,
            login: LoginDigest(
                app: "innovaphone-users",
                domain: "example.com",
                sip: "administrator",
                guid: "0123456789abcdef0123456789abcdef",
                dn: "Administrator User",
                info: Array(
                    (#"{"appobj":"users","apps":[{"name":"users"},{"name":"profile"}],"#
                        + #""appurl":"https://1.2.3.4/example.com/usersapp/innovaphone-users","unlicensed":true}"#).utf8
                )
            ),
            challenge: "0123456789abcdef",
            password: "pwd",
            digest: "ef1b811ffaa8f9255c39c653d8fb26b4687b2d8c4d9ac91b4821bff6bae3ff44"
        ),
        Vector(
            number: 5,
            login: LoginDigest(
                app: "searchapi",
                domain: "fritz.box",
                sip: "go-search",
                guid: "3954ae7854c96301c9dd009033400109",
                dn: "go-search",
                info: info("searchapi", user: "go-search", tail: #""unlicensed":true,"apps":[]}"#)
            ),
            challenge: "16d7dbbcccb63612",
            password: "go",
            digest: "130f168773ff760701b74e629eca2544c6e62d5354e92e6f821001a982eb8951"
        ),
        Vector(
            number: 6,
            login: LoginDigest(
                app: "admin",
                domain: "fritz.box",
                sip: "go",
                guid: "8e7ca6fabbc5630170e9009033400109",
                dn: "go",
                info: info("admin", user: "go", tail: #""unlicensed":true,"apps":[]}"#)
            ),
            challenge: "aeaaebe781e80289",
            password: "go",
            digest: "8f802873dcdee7cef6144017a6112289298ad69e77474a4c37cfdb68a83640c0"
        ),
        Vector(
            number: 7,
            login: LoginDigest(
                app: "admin",
                domain: "fritz.box",
                sip: "rico",
                guid: "f48b06484a8a61015853009033400109",
                dn: "Schulte, Rico",
                info: info("admin", user: "rico", tail: #""unlicensed":true,"groups":[],"apps":[]}"#)
            ),
            challenge: "277f41a7a5b7b452",
            password: "go",
            digest: "965b4dd4d4f127c99df796b1ed137b40454801f94f50aaf93b2ce98034f10d9c"
        ),
        Vector(
            number: 8,
            login: LoginDigest(
                app: "searchapi",
                domain: "fritz.box",
                sip: "rico",
                guid: "f48b06484a8a61015853009033400109",
                dn: "Schulte, Rico",
                info: info("searchapi", user: "rico", tail: #""testmode":true,"groups":[],"apps":[]}"#)
            ),
            challenge: "7c4fc2e477f69233",
            password: "go",
            digest: "378b82aa7508eb53866e3f4de054cdc0f7b5229e9742593e9359db3845681eb6"
        ),
    ]

    @Test("the published examples", arguments: vectors)
    func published(vector: Vector) {
        let digest = vector.login.hex(challenge: vector.challenge, password: vector.password)
        #expect(String(decoding: digest, as: UTF8.self) == vector.digest)
    }

    @Test("a server takes the login of a real PBX object as it came, its info hashed byte by byte")
    func realLogin() throws {
        let identity = PeerIdentity(
            peerKey: String(repeating: "1", count: 32),
            store: String(repeating: "2", count: 32)
        )
        let app = AppCredential(appId: "id", appName: "searchapi", password: "go", identity: identity)
        // The challenge of the captured login, put in place of a random one.
        var login = ServerLogin(pathApp: nil, challenge: "16d7dbbcccb63612")
        let message =
            #"{"mt":"AppLogin","sip":"go-search","guid":"3954ae7854c96301c9dd009033400109","dn":"go-search","#
            + #""digest":"130f168773ff760701b74e629eca2544c6e62d5354e92e6f821001a982eb8951","domain":"fritz.box","#
            + #""app":"searchapi","info":{"appobj":"go-search","appdn":"go-search","#
            + #""appurl":"http://192.168.178.29:5000/fritz.box/go/instance/searchapi","pbx":"pbx-main","#
            + #""cn":"go-search","unlicensed":true,"apps":[]}}"#
        var chance = Chance.seeded(.init(seed: 1))
        let actions = login.received(try Envelope(Array(message.utf8)), chance: &chance) {
            $0 == "searchapi" ? app : nil
        }
        #expect(
            actions == [
                .send(Array(#"{"mt":"AppLoginResult","app":"searchapi","domain":"fritz.box","ok":true}"#.utf8)),
                .loggedIn(ServerLogin.Success(appId: "id", user: "go-search", peer: nil)),
            ]
        )
    }

    @Test("texts of one length and of different lengths are compared")
    func constantTime() {
        #expect(Array("abc".utf8).isEqualInConstantTime(to: Array("abc".utf8)))
        #expect(!Array("abc".utf8).isEqualInConstantTime(to: Array("abd".utf8)))
        #expect(!Array("abc".utf8).isEqualInConstantTime(to: Array("ab".utf8)))
        #expect(!Array("".utf8).isEqualInConstantTime(to: Array("a".utf8)))
    }

    @Test("the session key is what the reference library makes of challenge and password")
    func sessionKey() {
        // printf '%s' innovaphoneAppSessionKey:0123456789abcdef:pwd | sha256sum
        let key = SessionKey(challenge: "0123456789abcdef", password: "pwd")
        #expect(key.hex == "d58c77eae0c1c1f37a9f545e207643c926ad9ea4932016a83a4a01029de37760")
        #expect(key.hash(seed: "s", data: "d") == "59ff05d5c87f8561155486c9d26c0629070922aa093e3f1848d9a3d8c348401c")
    }
}
