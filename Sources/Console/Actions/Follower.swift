import Clocks
import KubernetesModel
import ResourceStore

/// What became of one object.
package enum Change: Sendable, Hashable {
    /// It is there, like this.
    case present(Object)
    /// It is gone; this is how it was last.
    case gone(Object)
}

/// What a follower tells.
package enum News: Sendable, Hashable {
    /// These are all objects there are.
    case all([Object])
    /// These have changed since, in this order.
    case changes([Change])
}

/// Follows the objects of a kind: a reading first, then every change, across watches that end or expire.
///
/// *Guarantees:* nothing is left out: after an interruption that may have lost something comes a new reading.
/// *Errors:* those of the first reading, and later ones that waiting does not heal.
package struct Follower: Sendable {
    private let store: any ResourceStore
    private let kind: ResourceKind
    private let namespace: String?
    private let time: any Time
    private let onInterruption: @Sendable (APIStatus) -> Void

    /// The pause after a failure, and between two watches that told nothing.
    private static let pause = Duration.seconds(1)

    /// Creates a follower.
    ///
    /// - Parameters:
    ///   - kind: What is followed.
    ///   - namespace: Where; `nil` is everywhere.
    ///   - store: Where the objects are.
    ///   - time: What tells how long a pause is.
    ///   - onInterruption: Told once of each interruption, until news comes again.
    package init(
        _ kind: ResourceKind,
        in namespace: String?,
        store: any ResourceStore,
        time: any Time,
        onInterruption: @escaping @Sendable (APIStatus) -> Void = { _ in }
    ) {
        self.store = store
        self.kind = kind
        self.namespace = namespace
        self.time = time
        self.onInterruption = onInterruption
    }

    /// Follows until the handler has heard enough.
    ///
    /// - Parameter handle: Takes the news; returns whether it wants more.
    /// - Throws: An `APIStatus`, what the handler throws, or `CancellationError`.
    package func follow(_ handle: (News) async throws -> Bool) async throws {
        var hasRead = false
        var isInterrupted = false
        while true {
            do {
                let list = try await self.store.list(self.kind, namespace: self.namespace)
                (hasRead, isInterrupted) = (true, false)
                guard try await handle(.all(list.objects)) else { return }
                guard try await self.watch(from: list.resourceVersion, handle) else { return }
            } catch let status as APIStatus where hasRead && status.isPassing {
                // An expired history is everyday life: the next reading makes up for it.
                if !isInterrupted, status.reason != .expired {
                    self.onInterruption(status)
                    isInterrupted = true
                }
                try await self.time.sleep(for: Self.pause)
            }
        }
    }

    /// Watches until the handler has heard enough.
    private func watch(
        from resourceVersion: String,
        _ handle: (News) async throws -> Bool
    ) async throws -> Bool {
        var version = resourceVersion
        while true {
            let before = version
            let stream = try await self.store.watch(self.kind, namespace: self.namespace, from: version)
            defer { stream.cancel() }
            while let events = try await Self.next(stream) {
                let changes = events.compactMap { $0.change(advancing: &version) }
                if !changes.isEmpty, !(try await handle(.changes(changes))) { return false }
            }
            try Task.checkCancellation()
            if version == before { try await self.time.sleep(for: Self.pause) }
        }
    }

    private static func next(_ stream: any WatchStream) async throws -> [WatchEvent]? {
        try await withTaskCancellationHandler {
            try await stream.next()
        } onCancel: {
            stream.cancel()
        }
    }
}

extension WatchEvent {
    /// The change that the event tells of, if any.
    fileprivate func change(advancing version: inout String) -> Change? {
        switch self {
        case .added(let object), .modified(let object):
            version = object.metadata.resourceVersion
            return .present(object)
        case .deleted(let object):
            version = object.metadata.resourceVersion
            return .gone(object)
        case .bookmark(let resourceVersion):
            version = resourceVersion
            return nil
        }
    }
}

extension APIStatus {
    /// Whether the same question may be answered a little later.
    fileprivate var isPassing: Bool {
        switch self.reason {
        case .expired, .tooManyRequests, .internalError, .serviceUnavailable, .timeout: true
        case .badRequest, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .alreadyExists, .conflict,
            .requestEntityTooLarge, .unsupportedMediaType, .invalid:
            false
        }
    }
}

extension Change {
    /// The object, there or gone.
    package var object: Object {
        switch self {
        case .present(let object), .gone(let object): object
        }
    }

    /// The object if it is there.
    package var present: Object? {
        if case .present(let object) = self { object } else { nil }
    }
}
