/// The port through which requests leave; the client implements it, and tests script it.
package protocol HTTPExchange: Sendable {
    /// Sends a request and waits for the complete response; any status is a response.
    ///
    /// - Parameter request: what to send and the limits to hold it to.
    /// - Returns: the response, its body within the request's limit.
    /// - Throws: an error that says whether trying again makes sense and whether the server may have acted.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse

    /// Sends a request and waits for the response's head; the body follows from the stream.
    ///
    /// - Parameter request: what to send; its `maxResponseBytes` does not apply.
    /// - Returns: the status, the headers and the body to come.
    /// - Throws: an error that says whether trying again makes sense and whether the server may have acted.
    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream
}
