import BigPeerAPI
import HTTP
import JSON
import PeerModel
import Testing

/// Vectors: `spec/big-peer-api.md` §1.2–§1.3, which quotes the OpenAPI document's examples.
@Suite("The Big Peer REST API's answers")
struct PeerResponseTests {
    private static let peer = PeerIdentity(namespace: "ditto", name: "bp1")
    private static let id = RemoteID(peer: peer, object: .replication(app: "cars", name: "cars-berlin"))
    private static let replication = PeerReplication(
        name: "cars-berlin",
        connections: ["big-peer-2.ditto.svc.cluster.local:4040"],
        queriesByCollection: ["cars": ["true"]]
    )
    private static let body =
        #"{"name":"cars-berlin","connections":["big-peer-2.ditto.svc.cluster.local:4040"],"#
        + #""queriesByCollection":{"cars":["true"]}}"#

    private static func read(
        _ status: Int,
        _ body: String,
        _ request: PeerRequest = .read(id),
        headers: HTTPHeaders = [:]
    ) -> PeerResponse {
        PeerResponse(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)), to: request, now: 0)
    }

    private static func cause(_ response: PeerResponse) -> PeerFailure.Cause? {
        if case .failed(let failure) = response { failure.cause } else { nil }
    }

    @Test("a read gives the replication")
    func found() {
        #expect(Self.read(200, Self.body) == .found(.replication(Self.replication)))
    }

    @Test("a creation answers 200, and 201 is taken as well", arguments: [200, 201])
    func created(status: Int) {
        let request = PeerRequest.create(Self.id, .replication(Self.replication))
        #expect(Self.read(status, Self.body, request) == .found(.replication(Self.replication)))
    }

    @Test(
        "a deletion answers 200 with null, and 204 is taken as well",
        arguments: [(200, "null"), (204, ""), (200, "")]
    )
    func deleted(status: Int, body: String) {
        #expect(Self.read(status, body, .delete(Self.id)) == .done)
    }

    @Test("a write that is answered without the object is done, and must be confirmed", arguments: ["", "null", "{}"])
    func writtenWithoutBody(body: String) {
        #expect(Self.read(200, body, .create(Self.id, .replication(Self.replication))) == .done)
    }

    @Test("a write that was cut off on its way may have been carried out, a read never", arguments: [408, 425, 503])
    func cutOff(status: Int) {
        let object = PeerObject.replication(Self.replication)
        for (request, mayHaveBeenApplied) in [
            (PeerRequest.create(Self.id, object), true), (.replace(Self.id, object), true), (.delete(Self.id), true),
            (.read(Self.id), false),
        ] {
            guard case .failed(let failure) = Self.read(status, "", request) else {
                Issue.record("\(status) is no failure of \(request)")
                continue
            }
            #expect(failure.mayHaveBeenApplied == mayHaveBeenApplied, "\(status), \(request)")
        }
    }

    @Test(
        "a 404 says which part is missing, in each of the body's forms",
        arguments: [
            (#"{"error":"big peer not found"}"#, AbsentPart.bigPeer), (#"{"title":"BigPeerNotFound"}"#, .bigPeer),
            (#"{"error":"app not found"}"#, .app), (#"{"title":"AppNotFound"}"#, .app),
            (#"{"error":"big peer replication not found"}"#, .object),
            (#"{"title":"BigPeerReplicationNotFound"}"#, .object), ("big peer replication not found", .object),
        ]
    )
    func absent(body: String, part: AbsentPart) {
        #expect(Self.read(404, body) == .absent(part))
    }

    @Test(
        "a 404 that is not the API's own says nothing about what is missing",
        arguments: [
            "", "null", "{}", "default backend - 404", "404 page not found", #"{"error":"not found"}"#,
            #"{"error":"webapp not found"}"#, "app not found",
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"#
                + #""message":"the server could not find the requested resource"}"#,
        ]
    )
    func foreign404(body: String) {
        let app = RemoteID(peer: Self.peer, object: .app("cars"))
        for request in [PeerRequest.read(Self.id), .delete(Self.id), .read(app), .delete(app), .listApps(Self.peer)] {
            #expect(Self.read(404, body, request, headers: ["Content-Type": "text/plain"]) == .absent(.unnamed))
        }
    }

    @Test("\"app not found\" is about the object itself when the object is the app")
    func absentApp() {
        let id = RemoteID(peer: Self.peer, object: .app("cars"))
        #expect(Self.read(404, #"{"error":"app not found"}"#, .read(id)) == .absent(.object))
        #expect(Self.read(404, #"{"error":"big peer not found"}"#, .read(id)) == .absent(.bigPeer))
    }

    @Test("F7: an answer that is not the API's never means absent", arguments: [200, 404])
    func webPage(status: Int) {
        let page = "<!DOCTYPE html><html><body>Not Found</body></html>"
        #expect(Self.cause(Self.read(status, page)) == .invalidResponse)
        #expect(Self.cause(Self.read(status, page, headers: ["Content-Type": "text/html"])) == .invalidResponse)
    }

    @Test("F7: a read that is cut off or empty never means absent", arguments: ["", "null", "[]", #"{"name":"cars-b"#])
    func truncated(body: String) {
        #expect(Self.cause(Self.read(200, body)) == .invalidResponse)
    }

    @Test("a 401 says whether there were credentials to refuse")
    func unauthorized() {
        let response = HTTPResponse(status: 401, headers: [:], body: [])
        for (isAnonymous, words) in [(true, "set spec.endpoint.auth"), (false, "refused the credentials")] {
            guard
                case .failed(let failure) = PeerResponse(
                    response,
                    to: .listApps(Self.peer),
                    isAnonymous: isAnonymous,
                    now: 0
                )
            else {
                Issue.record("a 401 is no failure")
                continue
            }
            #expect(failure.cause == .unauthorized)
            #expect(failure.message.contains(words), "\(failure.message)")
        }
    }

    @Test(
        "plain HTTP at a port that speaks TLS is told as that",
        arguments: [
            "Client sent an HTTP request to an HTTPS server.\n",
            "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>",
            "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.</p>",
        ]
    )
    func plainToTLS(body: String) {
        guard case .failed(let failure) = Self.read(400, body) else {
            Issue.record("it counts as an answer")
            return
        }
        #expect(failure.cause == .invalidResponse && failure.message.contains("https://"))
    }

    @Test("a connection that breaks off, or an answer that is no HTTP, may be TLS, unless TLS was spoken")
    func brokenOff() {
        for kind in [HTTPError.Kind.connectionLost, .badResponse] {
            for (scheme, isHinted) in [("http", true), ("https", false)] {
                let error = HTTPError(kind, endpoint: "GET \(scheme)://127.0.0.1:1", mayHaveReachedServer: true)
                guard case .failed(let failure) = PeerResponse(error, to: .listApps(Self.peer)) else { continue }
                #expect(failure.message.contains("its URL begins with https://") == isHinted, "\(failure.message)")
                #expect(!failure.message.contains("taken effect"), "a read has no effect")
            }
        }
    }

    @Test("a read that gives another object is not believed")
    func otherObject() {
        #expect(Self.cause(Self.read(200, #"{"name":"other"}"#)) == .invalidResponse)
    }

    @Test(
        "400 AppNameMismatch means that another app has the name",
        arguments: [
            #"{"title":"AppNameMismatch"}"#,
            #"{"error":"app in big peer replication label doesn't match uri parameter"}"#,
        ]
    )
    func takenByOtherApp(body: String) {
        #expect(Self.read(400, body) == .takenByOtherApp)
    }

    @Test("a second creation is known by 409, or by a 400 that says so")
    func alreadyExists() {
        let request = PeerRequest.create(Self.id, .replication(Self.replication))
        #expect(Self.read(409, #"{"error":"exists"}"#, request) == .alreadyExists("exists"))
        #expect(Self.read(400, #"{"error":"already exists"}"#, request) == .alreadyExists("already exists"))
        #expect(Self.read(400, #"{"error":"bad name"}"#, request) == .refused(code: 400, message: "bad name"))
    }

    @Test("an app id that another app has is refused, not an app that exists")
    func appIDNotUnique() {
        let id = RemoteID(peer: Self.peer, object: .app("cars"))
        let request = PeerRequest.create(id, .app(PeerApp(name: "cars", appID: nil)))
        guard case .refused(code: 400, _) = Self.read(400, #"{"title":"AppIdNotUnique"}"#, request) else {
            Issue.record("not refused")
            return
        }
    }

    @Test(
        "undeclared codes are failures that name their cause",
        arguments: [
            (401, PeerFailure.Cause.unauthorized), (403, .forbidden), (429, .rateLimited), (500, .serverError),
            (503, .serverError), (302, .invalidResponse), (408, .timedOut),
        ]
    )
    func failures(status: Int, cause: PeerFailure.Cause) {
        #expect(Self.cause(Self.read(status, "")) == cause)
    }

    @Test("Retry-After is handed on")
    func retryAfter() {
        guard case .failed(let failure) = Self.read(429, "", headers: ["Retry-After": "7"]) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.retryAfter == .seconds(7))
    }

    @Test("only a write whose request may have arrived may have been applied")
    func ambiguity() {
        let create = PeerRequest.create(Self.id, .replication(Self.replication))
        let read = PeerRequest.read(Self.id)
        for (request, reached, ambiguous) in [(create, true, true), (create, false, false), (read, true, false)] {
            let error = HTTPError(.connectionLost, endpoint: "POST http://127.0.0.1", mayHaveReachedServer: reached)
            guard case .failed(let failure) = PeerResponse(error, to: request) else {
                Issue.record("no failure")
                continue
            }
            #expect(failure.mayHaveBeenApplied == ambiguous)
        }
    }

    @Test("the list of apps is read from its data")
    func apps() {
        let body =
            #"{"meta":{"page":1,"size":2,"totalPages":1},"#
            + #""data":[{"name":"minimal","appId":"ad349e91-3e4c-44bb-9278-fc5bb80239b5"}]}"#
        #expect(
            Self.read(200, body, .listApps(Self.peer))
                == .apps([PeerApp(name: "minimal", appID: "ad349e91-3e4c-44bb-9278-fc5bb80239b5")])
        )
        #expect(Self.cause(Self.read(200, "null", .listApps(Self.peer))) == .invalidResponse)
    }

    @Test("requests go below the base URL's path, with all fields and the token")
    func requests() {
        let request = PeerRequest.replace(Self.id, .replication(Self.replication)).http(
            baseURL: "https://operator.example/operator-api",
            token: BearerToken("secret"),
            timeouts: HTTPTimeouts(),
            tls: nil
        )
        #expect(request.method == .put)
        #expect(
            request.url
                == "https://operator.example/operator-api/namespace/ditto/bigPeer/bp1/app/cars/bigPeerReplication/cars-berlin"
        )
        #expect(request.bearerToken == BearerToken("secret"))
        #expect(
            request.body.map { String(decoding: $0, as: UTF8.self) }
                == #"{"connections":["big-peer-2.ditto.svc.cluster.local:4040"],"queriesByCollection":{"cars":["true"]}}"#
        )
    }
}
