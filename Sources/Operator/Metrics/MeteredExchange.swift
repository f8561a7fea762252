import Clocks
import HTTP

/// An exchange that tells of every request how it went.
struct MeteredExchange: HTTPExchange {
    /// Hears of a request: the status code, or `nil` for no answer, and how long it took until the head was there.
    typealias Record = @Sendable (_ request: HTTPRequest, _ status: Int?, _ took: Duration) -> Void

    let exchange: any HTTPExchange
    let time: any Time
    let record: Record

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let start = self.time.monotonicNow
        do throws(HTTPError) {
            let response = try await self.exchange.send(request)
            self.record(request, response.status, self.time.monotonicNow - start)
            return response
        } catch {
            self.record(request, nil, self.time.monotonicNow - start)
            throw error
        }
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let start = self.time.monotonicNow
        do throws(HTTPError) {
            let stream = try await self.exchange.stream(request)
            self.record(request, stream.status, self.time.monotonicNow - start)
            return stream
        } catch {
            self.record(request, nil, self.time.monotonicNow - start)
            throw error
        }
    }
}
