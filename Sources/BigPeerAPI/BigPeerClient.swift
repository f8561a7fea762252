import HTTP
import PeerModel

/// One Big Peer's REST API as a function from request to response.
///
/// *Guarantees:* exactly one HTTP request for each call; nothing is retried here, and nothing throws: a missing
/// answer is a `PeerResponse.failed` that says whether the call may have been carried out.
package struct BigPeerClient: Sendable {
    private let baseURL: String
    private let token: BearerToken?
    private let timeouts: HTTPTimeouts
    private let tls: TLSOptions?
    private let exchange: any HTTPExchange
    private let unixSeconds: @Sendable () -> Int

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - baseURL: The API's base URL; a path in it is kept, slashes at its end are not.
    ///   - token: The bearer token, if the API asks for one.
    ///   - timeout: How long a call may take in all.
    ///   - tls: Whom to trust; `nil` takes the exchange's choice.
    ///   - exchange: What carries the requests.
    ///   - unixSeconds: The time of day, for `Retry-After` dates.
    package init(
        baseURL: String,
        token: BearerToken?,
        timeout: Duration,
        tls: TLSOptions?,
        exchange: any HTTPExchange,
        unixSeconds: @escaping @Sendable () -> Int
    ) {
        var base = baseURL[...]
        while base.last == "/" { base.removeLast() }
        self.baseURL = String(base)
        self.token = token
        self.timeouts = HTTPTimeouts(connect: min(timeout, .seconds(10)), total: timeout)
        self.tls = tls
        self.exchange = exchange
        self.unixSeconds = unixSeconds
    }

    /// An error without our token, which some servers repeat: its words go into statuses and events.
    private func withoutToken(_ response: HTTPResponse) -> HTTPResponse {
        guard !response.isSuccess, let token = self.token?.value, !token.isEmpty else { return response }
        let text = String(decoding: response.body, as: UTF8.self)
        let parts = text.split(separator: token, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return response }
        var response = response
        response.body = Array(parts.joined(separator: "(redacted)").utf8)
        return response
    }

    /// Sends one request.
    package func send(_ request: PeerRequest) async -> PeerResponse {
        let http = request.http(baseURL: self.baseURL, token: self.token, timeouts: self.timeouts, tls: self.tls)
        do {
            let response = try await self.exchange.send(http)
            return PeerResponse(self.withoutToken(response), to: request, now: self.unixSeconds())
        } catch {
            return PeerResponse(error, to: request)
        }
    }
}
