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
        /// A list of all objects begins; one that began before and did not end is void.
        case listing
        /// Some objects of the list.
        case page([Object])
        /// The list is complete, and of this version.
        case listed(version: String)
        /// A watch stands.
        case connected
        /// Changes.
        case events([WatchEvent])
        /// A list or watch failed for the given time in a row.
        case failed(APIStatus, failures: Int)
        /// A watch was silent for so long that it cannot be alive; all objects are listed anew.
        case silent
    }

    /// What is remembered from step to step beside the state.
    private struct Memory {
        /// How many errors came in a row.
        var failures = 0
        /// How long the store has asked to be left alone.
        var patience = Duration.zero
        /// The newest version that the store has told of.
        var newest: ResourceVersion?
        /// How many older lists were refused in a row.
        var refusals = 0
    }

    enum State: Sendable {
        /// Knows nothing, or what it knew has expired. Can transition to `listed`.
        case empty
        /// Knows everything up to a version. Can transition to `watching` or `empty`.
        case listed(version: String)
        /// Hears of changes. Can transition to `listed` or `empty`.
        /// It is confirmed once it has told anything: a server that was restored from a backup takes a watch from a
        /// version of the future, and never says a word.
        case watching(version: String, stream: any WatchStream, since: Duration, isConfirmed: Bool)
    }

    /// A watch that ends in good order after at least this long is healthy.
    private static let healthyWatch = Duration.seconds(5)
    /// How often a list from the past is refused before it is believed: a store may have been restored from a backup,
    /// but far more often it is a replica that lags behind.
    private static let refusals = 5
    /// The longest that a store may ask to be left alone for.
    private static let longestPatience = Duration.seconds(120)

    let store: any ResourceStore
    let kind: ResourceKind
    let namespace: String?
    let time: any Time
    let logger: Logger
    let idleTimeout: Duration?
    var backoff = Backoff(base: .milliseconds(800), cap: .seconds(30), jitter: 0.5)

    /// Follows the store until the task is cancelled.
    func run(_ tell: @escaping @Sendable (News) -> Void) async {
        var state = State.empty
        var memory = Memory()
        var generator = SplitMix64()
        while !Task.isCancelled {
            let before = memory.failures
            memory.patience = .zero
            state = await self.step(state, &memory, tell: tell)
            guard memory.failures > before, !Task.isCancelled else { continue }
            let delay = max(self.backoff.delay(failures: memory.failures, using: &generator), memory.patience)
            guard (try? await self.time.sleep(for: delay)) != nil else { break }
        }
        if case .watching(_, let stream, _, _) = state { stream.cancel() }
    }

    /// One request, or one batch of changes.
    private func step(
        _ state: State,
        _ memory: inout Memory,
        tell: @escaping @Sendable (News) -> Void
    ) async -> State {
        do throws(APIStatus) {
            switch state {
            case .empty:
                tell(.listing)
                let version = try await self.store.list(self.kind, namespace: self.namespace) { tell(.page($0)) }
                try self.refuse(version, &memory)
                tell(.listed(version: version))
                return .listed(version: version)
            case .listed(let version):
                let stream = try await self.store.watch(self.kind, namespace: self.namespace, from: version)
                tell(.connected)
                return .watching(
                    version: version,
                    stream: stream,
                    since: self.time.monotonicNow,
                    isConfirmed: false
                )
            case .watching(let version, let stream, let since, let isConfirmed):
                switch await self.next(stream) {
                case .silent:
                    stream.cancel()
                    self.logger.warning("A watch has died in silence", metadata: ["kind": "\(self.kind.kind)"])
                    tell(.silent)
                    return .empty
                case .ended(.failure(let error)): throw error
                case .ended(.success(nil)):
                    stream.cancel()
                    // A server ends watches now and then; one that ends all of them at once is broken.
                    memory.failures = self.isHealthy(since) ? 0 : memory.failures + 1
                    return isConfirmed ? .listed(version: version) : .empty
                case .ended(.success(let events?)):
                    let last = events.lastVersion
                    try Self.refuse(last, after: version)
                    if !events.isEmpty {
                        self.logRecovery(after: memory.failures)
                        memory.failures = 0
                        tell(.events(events))
                    }
                    if let last { memory.newest = ResourceVersion(last) }
                    return .watching(
                        version: last ?? version,
                        stream: stream,
                        since: since,
                        isConfirmed: isConfirmed || !events.isEmpty
                    )
                }
            }
        } catch {
            return self.recover(from: error, in: state, &memory, tell: tell)
        }
    }

    /// Refuses a list that is older than what is known, as a replica that lags behind may give after a fail-over.
    private func refuse(_ text: String, _ memory: inout Memory) throws(APIStatus) {
        let version = ResourceVersion(text)
        if let newest = memory.newest, version.isOlder(than: newest), memory.refusals < Self.refusals {
            memory.refusals += 1
            throw APIStatus(
                .serviceUnavailable,
                "the list is of version \(version.text), older than \(newest.text) that was seen before"
            )
        }
        memory.refusals = 0
        memory.newest = version
    }

    /// Refuses events that no watch from a version can tell of: only a list goes on.
    private static func refuse(_ last: String?, after version: String) throws(APIStatus) {
        guard let last else { return }
        guard !last.isEmpty else { throw APIStatus(.expired, "the watch told of something without a version") }
        guard !ResourceVersion(last).isOlder(than: ResourceVersion(version)) else {
            throw APIStatus(
                .expired,
                "the watch told of version \(last), older than \(version) from which it began: was the store restored?"
            )
        }
    }

    private func recover(
        from error: APIStatus,
        in state: State,
        _ memory: inout Memory,
        tell: @Sendable (News) -> Void
    ) -> State {
        if Task.isCancelled { return state }
        let next: State
        switch state {
        case .empty:
            next = .empty
        case .listed(let version):
            next = error.reason.mayBeOfTheVersion ? .empty : .listed(version: version)
        case .watching(let version, let stream, let since, _):
            stream.cancel()
            next = error.reason == .expired ? .empty : .listed(version: version)
            if self.isHealthy(since) { memory.failures = 0 }
            // A watch that worked for a while and then expired may list at once; one that expires on opening waits.
            if error.reason == .expired, self.isHealthy(since) { return next }
        }
        memory.failures += 1
        memory.patience = min(.seconds(error.retryAfterSeconds ?? 0), Self.longestPatience)
        tell(.failed(error, failures: memory.failures))
        if memory.failures == 1 {
            self.logger.warning(
                "Reading the resource store failed",
                metadata: [
                    "kind": "\(self.kind.kind)", "reason": "\(error.reason.rawValue)", "error": "\(error.label)",
                ]
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

    private enum Next: Sendable {
        case ended(Result<[WatchEvent]?, APIStatus>)
        case silent
    }

    /// The next batch; the stream is cancelled when the task is, or when it stays silent for too long.
    private func next(_ stream: any WatchStream) async -> Next {
        await withTaskCancellationHandler {
            await self.race(stream)
        } onCancel: {
            stream.cancel()
        }
    }

    private func race(_ stream: any WatchStream) async -> Next {
        guard let idleTimeout else { return .ended(await stream.result()) }
        let deadline = self.time.monotonicNow + idleTimeout
        let answers = OneAnswer<Next>()
        // The reader is not waited for: a stream that has died need not notice that it is cancelled.
        let reader = Task { answers.give(.ended(await stream.result())) }
        let guardian = Task {
            guard (try? await self.time.sleep(until: deadline)) != nil else { return }
            answers.give(.silent)
        }
        let next = await answers.wait()
        guardian.cancel()
        reader.cancel()
        return next
    }
}

extension APIStatus.Reason {
    /// Whether a watch may be refused because of the version that it was to begin at: then only a list goes on.
    ///
    /// `Expired` says so. A server that has lost its history, or is another one at the same address, may say anything.
    fileprivate var mayBeOfTheVersion: Bool {
        switch self {
        case .serviceUnavailable, .timeout, .tooManyRequests, .unauthorized, .forbidden: false
        case .expired, .badRequest, .invalid, .internalError, .notFound, .methodNotAllowed, .conflict, .alreadyExists,
            .requestEntityTooLarge, .unsupportedMediaType:
            true
        }
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
