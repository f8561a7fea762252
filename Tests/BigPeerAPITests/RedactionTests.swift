import BigPeerAPI
import HTTP
import PeerModel
import Testing

@Suite("A token in what a Big Peer answers")
struct RedactionTests {
    private static let token = "SECRET/42&tail-of-a-token"
    private static let id = RemoteID(peer: PeerIdentity(namespace: "ditto", name: "bp1"), object: .app("cars"))

    /// Answers everything in one way.
    private struct Echo: HTTPExchange {
        let response: HTTPResponse

        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { self.response }
        func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
            throw HTTPError(.badResponse, endpoint: "", mayHaveReachedServer: false)
        }
    }

    private static func client(_ response: HTTPResponse) -> BigPeerClient {
        BigPeerClient(
            baseURL: "http://127.0.0.1",
            token: BearerToken(token),
            timeout: .seconds(1),
            tls: nil,
            exchange: Echo(response: response),
            unixSeconds: { 0 }
        )
    }

    @Test(
        "an error that repeats it, in whatever form, is told without it",
        arguments: [
            "bad header: Bearer SECRET/42&tail-of-a-token", #"{"error":"bad token SECRET/42&tail-of-a-token"}"#,
            #"{"error":"bad token SECRET\/42\u0026tail-of-a-token"}"#,
            #"{"error":"bad token \u0053ECRET/42&tail-\u006ff-a-token"}"#,
            #"{"title":"SECRET/42&tail-of-a-toke"}"#, #"{"message":"it starts SECRET/4 and ends of-a-token"}"#,
        ]
    )
    func repeated(body: String) async {
        for status in [400, 401, 403, 409, 500] {
            let response = HTTPResponse(status: status, body: Array(body.utf8))
            let message: String
            switch await Self.client(response).send(.create(Self.id, .app(PeerApp(name: "cars", appID: nil)))) {
            case .failed(let failure): message = failure.message
            case .refused(_, let text), .alreadyExists(let text): message = text
            case let other:
                Issue.record("\(other) is no error")
                continue
            }
            #expect(message.contains("(redacted)"), "\(status): \(message)")
            for piece in ["SECRET/4", "42&tail-", "of-a-toke"] { #expect(!message.contains(piece), "\(status)") }
        }
    }

    @Test("a redirect and the name of another object do not tell it either")
    func elsewhere() async {
        let away = HTTPResponse(status: 302, headers: ["Location": "/login?token=\(Self.token)"], body: [])
        let other = HTTPResponse(status: 200, body: Array(#"{"name":"SECRET/42&tail-of-a-token"}"#.utf8))
        for response in [away, other] {
            guard case .failed(let failure) = await Self.client(response).send(.read(Self.id)) else {
                Issue.record("no failure")
                continue
            }
            #expect(!failure.message.contains("SECRET"))
        }
    }

    @Test("an app that has it for a name is listed without it")
    func listed() async {
        let body = #"{"data":[{"name":"cars"},{"name":"SECRET/42&tail-of-a-token"}]}"#
        let response = await Self.client(HTTPResponse(status: 200, body: Array(body.utf8)))
            .send(.listApps(Self.id.peer))
        #expect(
            response == .apps([PeerApp(name: "cars", appID: nil), PeerApp(name: "(redacted)", appID: nil)])
        )
    }

    @Test("what has little in common with it stays as it is")
    func innocent() async {
        let response = HTTPResponse(status: 400, body: Array(#"{"error":"a token is a secret"}"#.utf8))
        #expect(
            await Self.client(response).send(.delete(Self.id)) == .refused(code: 400, message: "a token is a secret")
        )
    }
}
