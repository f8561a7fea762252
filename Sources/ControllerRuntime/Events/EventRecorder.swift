import Clocks
import KubernetesModel
import Lifecycle
import Logging
import ResourceStore
import Synchronization

/// Writes events in the background.
///
/// *Expected flow:* `record` from anywhere; `run()` in one task of its own; `finish()` while writing is still allowed.
/// *Guarantees:* `record` neither waits nor fails, and memory is bounded: when the store is slow, notes beyond
/// `capacity` are dropped and counted. After `finish()`, or when the task of `run()` is cancelled, what is in the queue
/// is still written, one try each, for `lastWords` at most.
/// *Errors:* a write that fails is tried `tries` times in all and then dropped: events are a courtesy, not state.
package final class EventRecorder: Sendable {
    private static let tries = 3
    /// How many events are written at once.
    private static let sideBySide = 16
    /// How long writing may go on at the end; all of it is lost time for a Pod that has to stop.
    static let lastWords = Duration.seconds(3)

    private struct Pending {
        let event: Object
        /// Whether the event is to be created, and not one of a lower count replaced.
        let isNew: Bool
    }

    private let store: any ResourceStore
    private let time: any Time
    private let logger: Logger
    private let notes: Mailbox<EventNote>
    private let correlator: Mutex<EventCorrelator>
    private let dropped = Atomic<Int>(0)
    private let isEnding = Atomic<Bool>(false)
    /// Open when nothing more is to come.
    private let ending = Latch<Void>()
    /// Open when nothing more is written.
    private let ended = Latch<Void>()
    private let backoff = Backoff(base: .seconds(1), cap: .seconds(10))

    /// Creates a recorder that writes nothing yet.
    ///
    /// - Parameters:
    ///   - store: Where events go.
    ///   - component: The controller, as events name it.
    ///   - instance: The process or host.
    ///   - time: The clock.
    ///   - logger: Told when events are dropped.
    ///   - capacity: How many notes wait at most.
    package init(
        store: any ResourceStore,
        component: String,
        instance: String,
        time: any Time,
        logger: Logger,
        capacity: Int = 1_024
    ) {
        self.store = store
        self.time = time
        self.logger = logger
        self.notes = Mailbox(capacity: capacity)
        self.correlator = Mutex(EventCorrelator(component: component, instance: instance))
    }

    /// How many notes were lost: to a full queue or a failing store, not to the rules against floods.
    package var droppedCount: Int { self.dropped.load(ordering: .relaxed) }

    /// Takes a note; returns at once.
    package func record(_ note: EventNote) {
        if !self.notes.put(note) { self.dropped.add(1, ordering: .relaxed) }
    }

    /// Writes events until `finish()` is called or the task is cancelled.
    package func run() async {
        // Requests of a cancelled task are refused: the last words are written by a task of its own.
        let writer = Task {
            while let notes = await self.notes.takeAll() {
                await self.write(notes)
            }
        }
        try? await self.ending.wait()
        self.close()
        let deadline = self.time.monotonicNow + Self.lastWords
        _ = await self.time.answer(by: deadline) { () async throws(APIStatus) in await writer.value }
        writer.cancel()
        self.ended.open()
    }

    /// Takes no more notes, and waits until `run()` has written those that it has.
    package func finish() async {
        self.close()
        try? await self.ended.wait()
    }

    private func close() {
        self.isEnding.store(true, ordering: .sequentiallyConsistent)
        self.notes.close()
        self.ending.open()
    }

    /// Writes notes, some at a time side by side: a store that makes each write durable commits them together.
    private func write(_ notes: [EventNote]) async {
        var batch: [String: Pending] = [:]
        for note in notes {
            let pending: Pending
            switch self.correlator.withLock({ $0.correlate(note, now: self.time.now()) }) {
            case .drop: continue
            case .create(let event): pending = Pending(event: event, isNew: true)
            case .patchCount(let event): pending = Pending(event: event, isNew: false)
            }
            // A higher count follows the lower one.
            if batch.count == Self.sideBySide || batch[pending.event.metadata.name] != nil {
                await self.send(batch)
                batch = [:]
            }
            batch[pending.event.metadata.name] = pending
        }
        await self.send(batch)
    }

    private func send(_ batch: [String: Pending]) async {
        await withDiscardingTaskGroup { group in
            for pending in batch.values {
                group.addTask { await self.send(pending.event, isNew: pending.isNew) }
            }
        }
    }

    private func send(_ event: Object, isNew: Bool) async {
        var isNew = isNew
        var generator = SystemRandomNumberGenerator()
        for attempt in 1...Self.tries {
            do throws(APIStatus) {
                if isNew {
                    _ = try await self.store.create(.event, event)
                } else {
                    _ = try await self.store.update(.event, event)
                }
                return
            } catch {
                switch error.reason {
                case .alreadyExists:
                    // The answer to an earlier try was lost.
                    return
                case .notFound where !isNew:
                    // The store forgets events after a while: begin anew.
                    isNew = true
                    continue
                default:
                    break
                }
                let isEnding = self.isEnding.load(ordering: .sequentiallyConsistent)
                let isLast = attempt == Self.tries || isEnding || !error.reason.isWorthATry
                let delay = self.backoff.delay(failures: attempt, using: &generator)
                guard !isLast, (try? await self.time.sleep(for: delay)) != nil else {
                    self.drop(error)
                    return
                }
            }
        }
    }

    private func drop(_ error: APIStatus) {
        let (_, count) = self.dropped.add(1, ordering: .relaxed)
        // A namespace that goes takes no new events, about anything in it.
        let isExpected = error.reason == .forbidden && error.message.contains("being terminated")
        self.logger.log(
            level: isExpected ? .debug : .warning,
            "Event could not be written",
            metadata: ["reason": "\(error.reason.rawValue)", "error": "\(error.label)", "dropped": "\(count)"]
        )
    }
}

extension APIStatus.Reason {
    /// Whether the same request may succeed later.
    fileprivate var isWorthATry: Bool {
        switch self {
        case .conflict, .tooManyRequests, .internalError, .serviceUnavailable, .timeout: true
        case .badRequest, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .alreadyExists, .expired,
            .requestEntityTooLarge, .unsupportedMediaType, .invalid:
            false
        }
    }
}
