import Synchronization

/// Sends requests over libcurl: one loop on one thread drives all transfers and keeps connections for reuse.
///
/// Guarantees: every call ends, with a response or an error; cancelling the task that waits ends the transfer;
/// redirects are answers, never followed; only `http` and `https` are spoken; ``shutdown()``, or dropping the last
/// reference, fails what is under way.
///
/// Assumptions: the process does not change its `*_proxy` variables while requests run.
package final class HTTPClient: HTTPExchange {
    private let inbox = Inbox()
    private let nextID = Atomic<TransferID>(0)
    private let streamBufferBytes: Int

    /// Creates a client and starts its thread.
    package init(configuration: Configuration = Configuration()) {
        self.streamBufferBytes = configuration.streamBufferBytes
        let inbox = self.inbox
        let isStarted =
            CurlLibrary.isReady
            && LoopThread.start { TransferLoop.run(inbox: inbox, configuration: configuration) }
        // Without a loop each request fails as after a shutdown, instead of waiting for ever.
        if !isStarted { inbox.close() }
    }

    deinit { self.inbox.close() }

    /// Sends a request and waits for the complete response; any status is a response.
    ///
    /// - Parameter request: what to send and the limits to hold it to.
    /// - Returns: the response, its body within the request's limit.
    /// - Throws: an error that says whether trying again makes sense and whether the server may have acted.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let id = self.newID()
        return try await self.submit(request, as: id) { .whole($0) }.parsed()
    }

    /// Sends a request and waits for the response's head; the body follows from the stream.
    ///
    /// - Parameter request: what to send; its `maxResponseBytes` does not apply.
    /// - Returns: the status, the headers and the body to come.
    /// - Throws: an error that says whether trying again makes sense and whether the server may have acted.
    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let id = self.newID()
        let inbox = self.inbox
        let body = StreamBody(capacity: self.streamBufferBytes) { inbox.post(.resume(id)) }
        let head = try await self.submit(request, as: id) { .streamed(head: $0, body: body) }.parsed()
        return HTTPStream(head: head, body: body, endpoint: request.endpoint) { inbox.post(.cancel(id)) }
    }

    /// Fails what is under way and everything asked for later; returns at once.
    package func shutdown() {
        self.inbox.close()
    }

    private func newID() -> TransferID {
        self.nextID.wrappingAdd(1, ordering: .relaxed).newValue
    }

    private func submit(
        _ request: HTTPRequest,
        as id: TransferID,
        to sink: (CheckedContinuation<Result<RawResponse, HTTPError>, Never>) -> Submission.Sink
    ) async throws(HTTPError) -> RawResponse {
        let target = try request.checkedTarget()
        if Task.isCancelled { throw request.refusal(.cancelled) }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                let submission = Submission(id: id, request: request, target: target, sink: sink(task))
                guard self.inbox.post(.start(submission)) else { return submission.refuse(.shutDown) }
                // The handler below may have run before there was anything to cancel.
                if Task.isCancelled { self.inbox.post(.cancel(id)) }
            }
        } onCancel: {
            self.inbox.post(.cancel(id))
        }
        return try result.get()
    }
}
