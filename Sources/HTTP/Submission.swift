/// A checked request on its way to the loop, with the place its outcome goes to.
struct Submission: Sendable {
    /// Where an outcome goes.
    enum Sink: Sendable {
        /// The complete response to a task.
        case whole(CheckedContinuation<Result<RawResponse, HTTPError>, Never>)
        /// The head to a task, the body to a mailbox.
        case streamed(head: CheckedContinuation<Result<RawResponse, HTTPError>, Never>, body: StreamBody)
    }

    let id: TransferID
    let request: HTTPRequest
    let target: RequestTarget
    let sink: Sink

    /// Gives up before anything was sent.
    func refuse(_ kind: HTTPError.Kind) {
        switch self.sink {
        case .whole(let task), .streamed(head: let task, body: _):
            task.resume(returning: .failure(self.request.refusal(kind)))
        }
    }
}
