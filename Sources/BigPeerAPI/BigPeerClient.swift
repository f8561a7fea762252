import HTTP
import PeerModel

/// One Big Peer's REST API as a function from request to response.
///
/// *Guarantees:* exactly one HTTP request for each call; nothing is retried here, and nothing throws: a missing
/// answer is a `PeerResponse.failed` that says whether the call may have been carried out. Nothing of the bearer token
/// is in what an answer says, whatever the server repeats.
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

    /// Sends one request.
    package func send(_ request: PeerRequest) async -> PeerResponse {
        let response = await self.answer(to: request)
        return self.token?.redacting(response) ?? response
    }

    private func answer(to request: PeerRequest) async -> PeerResponse {
        let http = request.http(baseURL: self.baseURL, token: self.token, timeouts: self.timeouts, tls: self.tls)
        do {
            return PeerResponse(
                try await self.exchange.send(http),
                to: request,
                isAnonymous: self.token == nil,
                now: self.unixSeconds()
            )
        } catch {
            return PeerResponse(error, to: request)
        }
    }
}
