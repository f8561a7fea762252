import Clocks
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import PeerModel
import Planning
import ResourceStore
import Resources

/// Carries out the line of one kind of resource: the only place where its steps become effects.
///
/// *Expected flow:* gather the surroundings, step by step ask the line and do as it says, write the status once, and
/// say when to come again. *Guarantees:* every effect is one step of the line; a failed write of the resource ends the
/// run, and the next one starts from what is stored.
struct RemoteReconciler<Resource: RemoteResource>: Sendable {
    let store: any ResourceStore
    let cache: Informer<Resource>
    let surroundings: @Sendable () -> Surroundings
    let call: @Sendable (PeerRequest, _ bigPeer: ObjectKey) async -> PeerResponse
    let events: EventRecorder
    let checks: CheckLedger
    let metrics: ResourceMetrics
    let time: any Time
    let logger: Logger

    /// Makes one resource's other half agree with it.
    func reconcile(_ key: ObjectKey) async -> Requeue {
        guard var resource = self.cache.get(key) else {
            self.checks.forget(key)
            return .whenChanged
        }
        let surroundings = self.surroundings()
        if let measured = resource.status(measuring: surroundings) {
            do throws(APIStatus) {
                resource = try await self.writeStatus(measured.json, of: resource)
            } catch {
                return self.requeue(error, key)
            }
        }
        let subject = resource.subject(in: surroundings)
        let fingerprint = resource.fingerprint(subject, resource.doubt(in: surroundings))
        if subject.isSettled, let wait = self.checks.remaining(of: key, fingerprint, resource.policy.driftInterval) {
            return .after(wait)
        }
        var line = RemoteLine(subject)
        var reply: RemoteLine.Reply?
        do throws(APIStatus) {
            while true {
                switch line.next(reply, at: self.time.now()) {
                case .send(let request):
                    if case .delete = request { try await self.confirmDeletion(of: resource) }
                    reply = .answered(await self.call(request, resource.bigPeerKey))
                case .store(let write):
                    guard let written = try await self.carryOut(write, on: resource, in: surroundings) else {
                        return .whenChanged
                    }
                    resource = written
                    reply = .stored
                case .finish(let outcome):
                    try await self.report(outcome, on: resource, in: surroundings)
                    self.checks.note(key, fingerprint, outcome.standing)
                    return self.requeue(outcome.next, resource.policy)
                }
            }
        } catch {
            return self.requeue(error, key)
        }
    }

    // MARK: - Effects

    /// Writes the resource; `nil` when it is gone.
    private func carryOut(
        _ write: RemoteLine.StoreWrite,
        on resource: Resource,
        in surroundings: Surroundings
    ) async throws(APIStatus) -> Resource? {
        switch write {
        case .record(let record):
            let outcome = Outcome(.progressing(.creating, "creating \(record.id)"), record: record, next: .whenChanged)
            return try await self.writeStatus(resource.status(telling: outcome, in: surroundings).json, of: resource)
        case .tell(let outcome):
            return try await self.writeStatus(resource.status(telling: outcome, in: surroundings).json, of: resource)
        case .addFinalizer:
            return try await self.editFinalizers(of: resource) { finalizers in
                if !finalizers.contains(PeerageAPI.finalizer) { finalizers.append(PeerageAPI.finalizer) }
            }
        case .removeFinalizer:
            return try await self.editFinalizers(of: resource) { finalizers in
                finalizers.removeAll { $0 == PeerageAPI.finalizer }
            }
        }
    }

    /// Makes sure, with the store and not with the cache, that it is this very object that is being deleted.
    ///
    /// A cache may be as old as a replica of the API server that lags behind: what it shows on its way out may have
    /// been made anew under the same name since, and the remote object with it.
    private func confirmDeletion(of resource: Resource) async throws(APIStatus) {
        let current = try await self.store.get(Resource.kind, resource.metadata.key)
        guard current.metadata.uid == resource.metadata.uid, current.metadata.isBeingDeleted else {
            throw APIStatus.conflict(Resource.kind, resource.metadata.name)
        }
    }

    private func editFinalizers(
        of resource: Resource,
        _ edit: (inout [String]) -> Void
    ) async throws(APIStatus) -> Resource {
        var finalizers = resource.metadata.finalizers
        edit(&finalizers)
        let written = try await self.store.updateFinalizers(Resource.kind, of: resource.metadata, to: finalizers)
        return self.cache.observe(written)
    }

    private func writeStatus(_ status: JSONValue, of resource: Resource) async throws(APIStatus) -> Resource {
        self.cache.observe(try await self.store.writeStatus(status, Resource.kind, of: resource.metadata))
    }

    private func report(
        _ outcome: Outcome,
        on resource: Resource,
        in surroundings: Surroundings
    ) async throws(APIStatus) {
        let isToldAlready = resource.alreadyTells(outcome, now: surroundings.now)
        if outcome.standing != .released, !isToldAlready {
            let status = resource.status(telling: outcome, in: surroundings)
            if status != resource.status { _ = try await self.writeStatus(status.json, of: resource) }
        }
        for notice in outcome.notices {
            self.metrics.note(notice.reason)
            self.announce(notice, on: resource)
        }
        // A failure that lasts is told once, when it begins or turns into another; that nobody asks while a circuit is
        // open turns it into nothing.
        if !isToldAlready, let complaint = outcome.standing.complaint,
            resource.conditions[.ready]?.reason != complaint.reason.rawValue
        {
            self.announce(complaint, on: resource)
        }
    }

    private func announce(_ notice: Outcome.Notice, on resource: Resource) {
        self.events.record(
            EventNote(
                about: EventNote.subject(Resource.kind, resource.metadata),
                notice.reason.isWarning ? .warning : .normal,
                reason: notice.reason.rawValue,
                message: notice.message
            )
        )
    }

    // MARK: - When to come again

    private func requeue(_ next: Outcome.Next, _ policy: SyncPolicy) -> Requeue {
        switch next {
        case .whenChanged: .whenChanged
        case .driftCheck: .after(policy.driftInterval)
        case .after(let duration): .retryAfter(duration)
        case .backOff: .retry
        // Spread, so that everybody whom a peer sent away does not come back at once.
        case .backOffAtLeast(let duration): .retryAfter(duration * Double.random(in: 1...1.25))
        }
    }

    private func requeue(_ error: APIStatus, _ key: ObjectKey) -> Requeue {
        if error.reason == .notFound { return .whenChanged }
        if let requeue = Requeue(unremarkable: error) { return requeue }
        self.logger.error(
            "resource could not be written",
            metadata: ["kind": "\(Resource.kind.kind)", "key": "\(key)", "error": "\(error.label)"]
        )
        return .retry
    }
}

extension RemoteResource {
    /// Whether an outcome that only says "not now" would replace a status that says more.
    fileprivate func alreadyTells(_ outcome: Outcome, now: Timestamp) -> Bool {
        switch outcome.standing {
        case .waiting(.circuitOpen, _), .waiting(.rateLimited, _):
            self.status.observedGeneration == self.metadata.generation
                && self.conditions[.ready].map { $0.status != .true && !PeerFailure.isOver($0.message, at: now) }
                    == true
        default: false
        }
    }

    /// What a check depends on: while none of it changes, the next check waits for its time.
    fileprivate func fingerprint(_ subject: RemoteSubject, _ doubt: String?) -> Int {
        var hasher = Hasher()
        hasher.combine(self.metadata.uid)
        hasher.combine(self.metadata.generation)
        hasher.combine(self.metadata.isBeingDeleted)
        hasher.combine(subject.hasFinalizer)
        hasher.combine(self.reconcileRequestedAt)
        hasher.combine(subject.target)
        hasher.combine(subject.desired)
        hasher.combine(subject.rival)
        hasher.combine(doubt)
        return hasher.finalize()
    }
}
