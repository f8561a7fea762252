import Clocks
import KubernetesModel
import Logging
import ResourceStore
import Synchronization

/// Follows one kind in a store for ever: list, watch, and again after whatever goes wrong.
///
/// A state-passing step after kube-rs' `watcher`: recovery is nothing but another next state.
struct StoreFollower: Sendable {
    /// What happened, for the informer.
    enum News: Sendable {
        /// All objects.
        case list(ObjectList)
        /// A watch stands.
        case connected
        /// Changes.
        case events([WatchEvent])
        /// A list or watch failed for the given time in a row.
        case failed(APIStatus, failures: Int)
    }

    enum State: Sendable {
        /// Knows nothing, or what it knew has expired. Can transition to `listed`.
        case empty
        /// Knows everything up to a version. Can transition to `watching` or `empty`.
        case listed(version: String)
        /// Hears of changes. Can transition to `listed` or `empty`.
        case watching(version: String, stream: any WatchStream, since: Duration)
    }

    /// A watch that ends in good order after at least this long is healthy.
    private static let healthyWatch = Duration.seconds(5)

    let store: any ResourceStore
    let kind: ResourceKind
    let namespace: String?
    let time: any Time
    let logger: Logger
    let idleTimeout: Duration?
    var backoff = Backoff(base: .milliseconds(800), cap: .seconds(30), jitter: 0.5)

    /// Follows the store until the task is cancelled.
    func run(_ tell: @Sendable (News) -> Void) async {
        var state = State.empty
        var failures = 0
        var generator = SplitMix64()
        while !Task.isCancelled {
            let before = failures
            state = await self.step(state, failures: &failures, tell: tell)
            guard failures > before, !Task.isCancelled else { continue }
            let delay = self.backoff.delay(failures: failures, using: &generator)
            guard (try? await self.time.sleep(for: delay)) != nil else { break }
        }
        if case .watching(_, let stream, _) = state { stream.cancel() }
    }

    /// One request, or one batch of changes.
    private func step(_ state: State, failures: inout Int, tell: @Sendable (News) -> Void) async -> State {
        do {
            switch state {
            case .empty:
                let list = try await self.store.list(self.kind, namespace: self.namespace)
                tell(.list(list))
                return .listed(version: list.resourceVersion)
            case .listed(let version):
                let stream = try await self.store.watch(self.kind, namespace: self.namespace, from: version)
                tell(.connected)
                return .watching(version: version, stream: stream, since: self.time.monotonicNow)
            case .watching(let version, let stream, let since):
                guard let events = try await self.next(stream) else {
                    stream.cancel()
                    // A server ends watches now and then; one that ends all of them at once is broken.
                    failures = self.isHealthy(since) ? 0 : failures + 1
                    return .listed(version: version)
                }
                if !events.isEmpty {
                    self.logRecovery(after: failures)
                    failures = 0
                    tell(.events(events))
                }
                return .watching(version: events.lastVersion ?? version, stream: stream, since: since)
            }
        } catch {
            return self.recover(from: error, in: state, failures: &failures, tell: tell)
        }
    }

    private func recover(
        from error: APIStatus,
        in state: State,
        failures: inout Int,
        tell: @Sendable (News) -> Void
    ) -> State {
        if Task.isCancelled { return state }
        let next: State
        switch state {
        case .empty:
            next = .empty
        case .listed(let version):
            next = error.reason == .expired ? .empty : .listed(version: version)
        case .watching(let version, let stream, let since):
            stream.cancel()
            next = error.reason == .expired ? .empty : .listed(version: version)
            if self.isHealthy(since) { failures = 0 }
            // A watch that worked for a while and then expired may list at once; one that expires on opening waits.
            if error.reason == .expired, self.isHealthy(since) { return next }
        }
        failures += 1
        tell(.failed(error, failures: failures))
        if failures == 1 {
            self.logger.warning(
                "Reading the resource store failed",
                metadata: ["kind": "\(self.kind.kind)", "reason": "\(error.reason.rawValue)", "error": "\(error)"]
            )
        }
        return next
    }

    private func isHealthy(_ since: Duration) -> Bool { self.time.monotonicNow - since >= Self.healthyWatch }

    private func logRecovery(after failures: Int) {
        guard failures > 0 else { return }
        self.logger.info(
            "Reading the resource store works again",
            metadata: ["kind": "\(self.kind.kind)", "failures": "\(failures)"]
        )
    }

    /// The next batch; the stream is cancelled when the task is, or when it stays silent for too long.
    private func next(_ stream: any WatchStream) async throws(APIStatus) -> [WatchEvent]? {
        let result: Result<[WatchEvent]?, APIStatus> = await withTaskCancellationHandler {
            await self.race(stream)
        } onCancel: {
            stream.cancel()
        }
        return try result.get()
    }

    private func race(_ stream: any WatchStream) async -> Result<[WatchEvent]?, APIStatus> {
        guard let idleTimeout else { return await stream.result() }
        let deadline = self.time.monotonicNow + idleTimeout
        let guardian = Task {
            guard (try? await self.time.sleep(until: deadline)) != nil else { return }
            stream.cancel()
        }
        let result = await stream.result()
        guardian.cancel()
        return result
    }
}

extension WatchStream {
    fileprivate func result() async -> Result<[WatchEvent]?, APIStatus> {
        do { return .success(try await self.next()) } catch { return .failure(error) }
    }
}

extension [WatchEvent] {
    /// The version after the last of the events.
    fileprivate var lastVersion: String? {
        switch self.last {
        case .added(let object), .modified(let object), .deleted(let object): object.metadata.resourceVersion
        case .bookmark(let version): version
        case nil: nil
        }
    }
}
