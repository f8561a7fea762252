/// What the store's answers do to the sessions of a link; answers to sessions that are gone do nothing.
extension ReplicationLink {
    mutating func loaded(_ session: SessionID, _ result: ResumeResult, into actions: inout [NodeAction]) {
        guard let index = self.replicators.firstIndex(where: { $0.id == session }) else { return }
        self.countingStarts(of: index) { $0.loaded(result, into: &actions) }
    }

    /// Stops a session that the store failed; `false` when there is none.
    mutating func failed(
        _ session: SessionID,
        _ reason: String,
        _ timing: NodeTiming,
        at now: Duration,
        into actions: inout [NodeAction]
    ) -> Bool {
        guard let index = self.replicators.firstIndex(where: { $0.id == session }) else { return false }
        self.replicators[index].stop(reason, retryAt: now + timing.retry)
        self.replicators[index].noteLag(at: now)
        self.limitReading(timing, into: &actions)
        return true
    }

    mutating func applied(
        _ session: SessionID,
        _ result: ApplyResult,
        _ timing: NodeTiming,
        at now: Duration,
        into actions: inout [NodeAction]
    ) {
        guard let index = self.replicators.firstIndex(where: { $0.id == session }) else { return }
        self.replicators[index].applied(result, into: &actions)
        self.replicators[index].noteLag(at: now)
        self.limitReading(timing, into: &actions)
    }

    mutating func read(
        _ session: SessionID,
        _ result: ReadResult,
        _ position: StorePosition,
        batchBytes: Int,
        into actions: inout [NodeAction]
    ) {
        guard let index = self.publishers.firstIndex(where: { $0.id == session || $0.awaited == session }) else {
            self.strays = max(0, self.strays - 1)
            return
        }
        if self.publishers[index].awaited == session {
            self.publishers[index].awaited = nil
        } else {
            self.publishers[index].read(result, position: position, into: &actions)
        }
        self.publishers[index].advance(
            position,
            isWritable: self.isWritable,
            batchBytes: batchBytes,
            into: &actions
        )
    }

    mutating func fetched(
        _ session: SessionID,
        _ result: FetchResult,
        _ position: StorePosition,
        into actions: inout [NodeAction]
    ) {
        guard let index = self.publishers.firstIndex(where: { $0.id == session }) else {
            self.strays = max(0, self.strays - 1)
            return
        }
        self.publishers[index].fetched(result, position: position, into: &actions)
    }

    mutating func edited(
        _ session: SessionID,
        _ number: UInt64,
        _ result: EditResult,
        into actions: inout [NodeAction]
    ) {
        guard let index = self.publishers.firstIndex(where: { $0.id == session }) else { return }
        self.publishers[index].edited(number, result, into: &actions)
    }

    /// Passes on positions that have moved without rows.
    mutating func sendProgress(_ position: StorePosition, into actions: inout [NodeAction]) {
        for index in self.publishers.indices { self.publishers[index].sendProgress(position: position, into: &actions) }
    }
}
