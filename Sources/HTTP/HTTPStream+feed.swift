extension HTTPStream {
    /// The writing end of a stream that does not come from the network, for scripted ``HTTPExchange``s.
    package struct Feed: Sendable {
        fileprivate let body: StreamBody

        /// Adds bytes to what the reader gets next.
        package func send(_ bytes: [UInt8]) {
            _ = bytes.withUnsafeBytes { self.body.offer($0) }
        }

        /// Completes the response.
        package func finish() {
            self.body.finish(.success(()))
        }

        /// Breaks the response off.
        package func fail(_ error: HTTPError) {
            self.body.finish(.failure(error))
        }
    }

    /// Makes a stream that is fed by hand.
    ///
    /// - Parameters:
    ///   - head: status and headers; a body given here is the first thing to be read.
    ///   - onCancel: called when the reader cancels or lets go of the stream, perhaps more than once.
    /// - Returns: the reading and the writing end.
    package static func scripted(
        head: HTTPResponse,
        onCancel: @escaping @Sendable () -> Void = {}
    ) -> (stream: HTTPStream, feed: Feed) {
        let body = StreamBody(capacity: Int.max, onSpace: {})
        let feed = Feed(body: body)
        feed.send(head.body)
        return (HTTPStream(head: head, body: body, endpoint: "scripted stream", onCancel: onCancel), feed)
    }
}
