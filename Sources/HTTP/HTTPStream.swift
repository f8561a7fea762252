/// A response whose body is still arriving.
///
/// Guarantees: bytes come in order and once; while nobody reads, at most the client's `streamBufferBytes` (and one
/// piece) are held and the server is made to wait; dropping the last reference cancels the transfer.
package final class HTTPStream: Sendable {
    /// The status code.
    package let status: Int
    /// The protocol the server answered with.
    package let version: HTTPVersion
    /// The header fields.
    package let headers: HTTPHeaders

    private let body: StreamBody
    private let endpoint: String
    private let onCancel: @Sendable () -> Void

    init(
        head: HTTPResponse,
        body: StreamBody,
        endpoint: String,
        onCancel: @escaping @Sendable () -> Void
    ) {
        self.status = head.status
        self.version = head.version
        self.headers = head.headers
        self.body = body
        self.endpoint = endpoint
        self.onCancel = onCancel
    }

    deinit { self.onCancel() }

    /// Waits for bytes and takes all that have arrived.
    ///
    /// Cancelling the waiting task cancels the transfer.
    ///
    /// - Returns: at least one byte, or `nil` once the response is complete.
    /// - Throws: the error that ended the transfer, after everything before it was taken.
    package func next() async throws(HTTPError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            await self.body.next()
        } onCancel: {
            self.cancel()
        }
        return try result.get()
    }

    /// Takes the rest of the body, for a response that turns out not to be a stream.
    ///
    /// - Parameter limit: the longest body to accept.
    /// - Returns: all bytes up to the end.
    /// - Throws: the error that ended the transfer, or that the body is too long.
    package func rest(limit: Int) async throws(HTTPError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await self.next() {
            guard piece.count <= limit - bytes.count else {
                self.cancel()
                throw HTTPError(.responseTooLarge(limit: limit), endpoint: self.endpoint, mayHaveReachedServer: true)
            }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }

    /// Ends the transfer and drops what has not been read.
    package func cancel() {
        self.body.finish(
            .failure(HTTPError(.cancelled, endpoint: self.endpoint, mayHaveReachedServer: true)),
            discarding: true
        )
        self.onCancel()
    }
}
