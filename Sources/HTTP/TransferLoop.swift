import CCurl

/// Drives all transfers of a client; lives and dies on one thread.
///
/// ```text
/// tasks ──▶ Inbox ──▶ lanes ──▶ libcurl ──▶ callbacks ──▶ Transfer ──▶ waiting tasks
///                        ▲                                    │
///                        └──────────── place free ────────────┘
/// ```
final class TransferLoop {
    let multi: UnsafeMutableRawPointer
    let poller: Poller
    let clock = LoopClock()
    let inbox: Inbox
    let configuration: HTTPClient.Configuration
    /// Everything submitted and not yet finished.
    var transfers: [TransferID: Transfer] = [:]
    /// The hosts with something to do.
    private var lanes: [String: HostLane] = [:]
    /// What may be started.
    private var admitted: [Transfer] = []
    /// Handles that wait for work, their options still set.
    private var idleHandles: [EasyHandle] = []
    /// When libcurl wants to be called although no socket is ready.
    var curlDeadline = Int.max
    /// A moment before which no transfer can have taken too long.
    var nextDeadline = Int.max

    private static let maxIdleHandles = 128

    /// Runs a loop on the current thread until the inbox is closed.
    static func run(inbox: Inbox, configuration: HTTPClient.Configuration) {
        if let loop = Self(inbox: inbox, configuration: configuration) {
            loop.run()
        } else {
            inbox.close()
        }
        // What was posted too late to be started; once closed, nothing can be added.
        var commands: [LoopCommand] = []
        _ = inbox.take(into: &commands)
        for case .start(let submission) in commands { submission.refuse(.shutDown) }
    }

    private init?(inbox: Inbox, configuration: HTTPClient.Configuration) {
        guard let poller = Poller(), poller.watchEdges(of: inbox.descriptor), let multi = curl_multi_init() else {
            return nil
        }
        self.inbox = inbox
        self.configuration = configuration
        self.poller = poller
        self.multi = multi
    }

    private func run() {
        self.setCallbacks()
        var commands: [LoopCommand] = []
        while !self.inbox.take(into: &commands) {
            for command in commands { self.perform(command) }
            self.startAdmitted()
            self.serveLibraryTimer()
            self.collectFinished()
            self.expireTransfers()
            self.startAdmitted()
            let wait = self.inbox.fallAsleep() ? self.timeUntilNextDeadline() : 0
            self.poller.wait(milliseconds: wait) { self.serve($0) }
            self.inbox.awaken()
            self.clock.update()
            self.collectFinished()
        }
        for case .start(let submission) in commands { submission.refuse(.shutDown) }
        self.tearDown()
    }

    private func tearDown() {
        for transfer in Array(self.transfers.values) { self.abort(transfer, .shutDown) }
        self.admitted.removeAll()
        // Handles go before the loop's callbacks do, connections after both.
        self.idleHandles.removeAll()
        curl_multi_cleanup(self.multi)
    }

    private func perform(_ command: LoopCommand) {
        switch command {
        case .start(let submission):
            self.admit(Transfer(submission, clock: self.clock))
        case .cancel(let id):
            if let transfer = self.transfers[id] { self.abort(transfer, .cancelled) }
        case .resume(let id):
            guard let transfer = self.transfers[id], case .running(let handle) = transfer.state else { return }
            transfer.deadlines.resume(now: self.clock.now)
            self.nextDeadline = min(self.nextDeadline, transfer.deadlines.next)
            handle.resume()
        }
    }

    /// Lets a transfer start, or wait for a place at its host.
    private func admit(_ transfer: Transfer) {
        let submission = transfer.submission
        self.transfers[submission.id] = transfer
        self.nextDeadline = min(self.nextDeadline, transfer.deadlines.next)
        if case .whole = submission.sink {
            let lane = HostLane(limit: self.configuration.maxRequestsPerHost)
            transfer.holdsPlace = self.lanes[submission.target.origin, default: lane].enter(submission.id)
            guard transfer.holdsPlace else { return }
        }
        self.admitted.append(transfer)
    }

    /// Hands all admitted transfers to libcurl.
    private func startAdmitted() {
        // Ending one that cannot start may admit another, so the array can grow meanwhile.
        var index = 0
        while index < self.admitted.count {
            self.start(self.admitted[index])
            index += 1
        }
        self.admitted.removeAll(keepingCapacity: true)
    }

    private func start(_ transfer: Transfer) {
        guard case .queued = transfer.state else { return }
        let configuration = self.configuration
        let handle =
            self.idleHandles.popLast()
            ?? EasyHandle(userAgent: configuration.userAgent, allowsHTTP2: configuration.allowsHTTP2)
        guard let handle else { return self.abort(transfer, .other(code: Int(CURLE_OUT_OF_MEMORY.rawValue))) }
        let request = transfer.submission.request
        var result = handle.prepare(
            for: transfer,
            tls: request.tls ?? configuration.tls,
            proxy: request.proxy ?? configuration.proxy
        )
        if result == CURLE_OK, curl_multi_add_handle(self.multi, handle.pointer) != CURLM_OK {
            result = CURLE_FAILED_INIT
        }
        transfer.state = .running(handle)
        if result != CURLE_OK { self.abort(transfer, handle.failureKind(result, of: transfer)) }
    }

    /// Ends a transfer that has not come to its own end.
    func abort(_ transfer: Transfer, _ kind: HTTPError.Kind) {
        let hasSentRequest =
            switch transfer.state {
            case .running(let handle): handle.hasSentRequest
            case .queued, .finished: false
            }
        self.end(transfer, .failure(transfer.error(kind, mayHaveReachedServer: hasSentRequest)))
    }

    /// Delivers an outcome, takes the handle back and gives the place at the host to the next.
    func end(_ transfer: Transfer, _ outcome: Result<Void, HTTPError>) {
        let submission = transfer.submission
        self.transfers[submission.id] = nil
        transfer.finish(outcome)
        if case .running(let handle) = transfer.state {
            curl_multi_remove_handle(self.multi, handle.pointer)
            handle.recycle()
            if self.idleHandles.count < Self.maxIdleHandles { self.idleHandles.append(handle) }
        }
        transfer.state = .finished
        if transfer.holdsPlace { self.leaveLane(submission.target.origin) }
    }

    private func leaveLane(_ origin: String) {
        let next = self.lanes[origin]?.leave { self.transfers[$0] != nil }
        if self.lanes[origin]?.isEmpty == true { self.lanes[origin] = nil }
        guard let next, let transfer = self.transfers[next] else { return }
        transfer.holdsPlace = true
        self.admitted.append(transfer)
    }
}
