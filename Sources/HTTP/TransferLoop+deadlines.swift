extension TransferLoop {
    /// How long the loop may sleep, in milliseconds; -1 for as long as nothing happens.
    func timeUntilNextDeadline() -> Int {
        let next = min(self.nextDeadline, self.curlDeadline)
        return next == Int.max ? -1 : max(0, next - self.clock.now)
    }

    /// Ends the transfers that have taken too long.
    ///
    /// All are looked at, but only once the earliest limit among those seen last time has passed, so the cost for a
    /// request does not grow with their number.
    func expireTransfers() {
        let now = self.clock.now
        guard now >= self.nextDeadline else { return }
        for transfer in Array(self.transfers.values) { self.expire(transfer, now: now) }
        self.nextDeadline = self.transfers.values.reduce(Int.max) { min($0, $1.deadlines.next) }
    }

    private func expire(_ transfer: Transfer, now: Int) {
        switch transfer.state {
        case .queued where transfer.deadlines.isOver(now: now):
            self.abort(transfer, .timedOut(.queued))
        case .running(let handle) where transfer.deadlines.isOver(now: now):
            self.abort(transfer, .timedOut(handle.phase(of: transfer)))
        case .running(let handle) where transfer.deadlines.isIdle(now: now):
            // The connect limit looks after the time before the request, and waiting for a place is nobody's silence.
            if handle.isConnected {
                self.abort(transfer, .timedOut(handle.phase(of: transfer)))
            } else {
                transfer.deadlines.touch(now: now)
            }
        case .queued where transfer.deadlines.isIdle(now: now):
            transfer.deadlines.touch(now: now)
        case .queued, .running, .finished:
            break
        }
    }
}
