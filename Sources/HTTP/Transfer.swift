import CCurl

/// One exchange on the loop's thread, from submission to outcome.
final class Transfer {
    /// Where the exchange stands.
    enum State {
        /// Waiting for a free place at the host. Can transition to `running` and `finished`.
        case queued
        /// In libcurl's hands. Can transition to `finished`.
        case running(EasyHandle)
        /// The outcome has been delivered.
        case finished
    }

    let submission: Submission
    var state = State.queued
    /// Whether it counts against its host's limit.
    var holdsPlace = false
    var deadlines: TransferDeadlines
    private(set) var assembler: ResponseAssembler
    /// Why a callback stopped libcurl.
    private(set) var refusal: HTTPError.Kind?
    /// How many bytes of the request's body have been read by libcurl.
    private var bodyOffset = 0
    private var hasBodyBegun = false
    private let clock: LoopClock

    init(_ submission: Submission, clock: LoopClock) {
        self.submission = submission
        self.clock = clock
        self.deadlines = TransferDeadlines(submission.request.timeouts, now: clock.now)
        self.assembler = ResponseAssembler(bodyLimit: submission.request.maxResponseBytes)
    }

    /// Takes a line of the response's head; false stops the transfer.
    func receiveHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
        self.deadlines.touch(now: self.clock.now)
        let verdict = self.assembler.takeHeadLine(line)
        if verdict == .headComplete, case .streamed(head: let task, body: _) = self.submission.sink {
            task.resume(returning: .success(self.assembler.response))
        }
        return self.accept(verdict)
    }

    /// What to tell libcurl about a piece of the body.
    enum BodyAnswer {
        case taken
        case pause
        case stop
    }

    /// Takes a piece of the response's body.
    func receiveBody(_ piece: UnsafeRawBufferPointer, announced: @autoclosure () -> Int) -> BodyAnswer {
        self.deadlines.touch(now: self.clock.now)
        switch self.submission.sink {
        case .streamed(head: _, let body):
            if body.offer(piece) { return .taken }
            self.deadlines.pause()
            return .pause
        case .whole:
            if !self.hasBodyBegun {
                self.hasBodyBegun = true
                guard self.accept(self.assembler.expectBody(length: announced())) else { return .stop }
            }
            return self.accept(self.assembler.takeBody(piece)) ? .taken : .stop
        }
    }

    /// Copies the next bytes of the request's body; 0 at its end.
    func provideBody(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = self.submission.request.body else { return 0 }
        self.deadlines.touch(now: self.clock.now)
        let count = min(buffer.count, body.count - self.bodyOffset)
        buffer.copyBytes(from: body[self.bodyOffset..<(self.bodyOffset + count)])
        self.bodyOffset += count
        return count
    }

    /// Hands the outcome over.
    func finish(_ outcome: Result<Void, HTTPError>) {
        switch self.submission.sink {
        case .whole(let task):
            task.resume(returning: outcome.map { self.assembler.response })
        case .streamed(head: let task, let body):
            if self.assembler.isHeadComplete {
                body.finish(outcome)
            } else {
                let error = self.error(.badResponse, mayHaveReachedServer: true)
                task.resume(returning: .failure(outcome.failure ?? error))
            }
        }
    }

    /// An error of this exchange.
    func error(_ kind: HTTPError.Kind, detail: String = "", mayHaveReachedServer: Bool) -> HTTPError {
        HTTPError(
            kind,
            endpoint: self.submission.request.endpoint,
            detail: detail,
            mayHaveReachedServer: mayHaveReachedServer
        )
    }

    private func accept(_ verdict: ResponseAssembler.Verdict) -> Bool {
        guard case .tooLarge(let limit) = verdict else { return true }
        self.refusal = .responseTooLarge(limit: limit)
        return false
    }
}

extension Result {
    /// The error, if it is one.
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
