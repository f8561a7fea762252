import Clocks
import Hummingbird
import KubernetesModel
import NIOCore
import ResourceStore
import ServiceLifecycle

/// Sends a watch to one client until the client, the time or the server ends it.
///
/// *Guarantees:* the next changes are asked for only when the last are written, so a client that does not read holds no
/// memory here: the stream expires, and an `ERROR` event with code 410 tells the client to list again.
struct WatchSession: Sendable {
    let watch: Watch
    let form: AcceptedMedia.Form
    let includedObject: Table.IncludedObject
    let clock: any WallClock
    let bookmarkInterval: Duration

    /// How long a watch runs when the client does not say, so that the forgotten ones end.
    static let defaultTimeout: Duration = .seconds(3_600)

    private enum Happening: Sendable {
        case events([WatchEvent])
        case failed(APIStatus)
        case ended
        case tick
    }

    /// Sends everything.
    func run(_ writer: inout any ResponseBodyWriter) async throws {
        defer { self.watch.stream.cancel() }
        try await withGracefulShutdownHandler {
            try await self.send(&writer)
        } onGracefulShutdown: {
            self.watch.stream.cancel()
        }
        try await writer.finish(nil)
    }

    private func send(_ writer: inout any ResponseBodyWriter) async throws {
        var lines = WatchLines(self)
        if let bytes = lines.bytes(of: self.watch.initial, now: self.clock.now()) { try await writer.write(bytes) }
        if self.watch.hasInitialEnd {
            try await writer.write(lines.initialEnd(version: self.watch.resourceVersion, now: self.clock.now()))
        }
        let timeout = self.watch.timeout > .zero ? self.watch.timeout : Self.defaultTimeout
        let end = ContinuousClock.now + timeout
        try await withThrowingTaskGroup(of: Happening.self) { group in
            defer { group.cancelAll() }
            group.addTask { await self.nextEvents() }
            group.addTask { try await self.nextTick(before: end) }
            while let happening = try await group.next() {
                switch happening {
                case .events(let events):
                    if let bytes = lines.bytes(of: events, now: self.clock.now()) { try await writer.write(bytes) }
                    group.addTask { await self.nextEvents() }
                case .tick:
                    if let bytes = lines.bookmark(now: self.clock.now()) { try await writer.write(bytes) }
                    guard ContinuousClock.now < end else { return }
                    group.addTask { try await self.nextTick(before: end) }
                case .failed(let status):
                    try await writer.write(WatchLines.error(status))
                    return
                case .ended: return
                }
            }
        }
    }

    private func nextEvents() async -> Happening {
        do throws(APIStatus) {
            return try await self.watch.stream.next().map(Happening.events) ?? .ended
        } catch {
            return .failed(error)
        }
    }

    private func nextTick(before end: ContinuousClock.Instant) async throws -> Happening {
        try await Task.sleep(until: min(.now + self.bookmarkInterval, end), clock: .continuous)
        return .tick
    }
}

/// The lines of one watch.
private struct WatchLines {
    private var filter: WatchFilter
    private var writer: WatchEventWriter
    private let hasBookmarks: Bool
    private var version = ""

    init(_ session: WatchSession) {
        self.filter = session.watch.filter
        self.writer = WatchEventWriter(session.watch.kind, form: session.form, includedObject: session.includedObject)
        self.hasBookmarks = session.watch.hasBookmarks
        self.version = session.watch.resourceVersion
    }

    /// The lines of some changes; `nil` when none is for the client.
    mutating func bytes(of events: [WatchEvent], now: Timestamp) -> ByteBuffer? {
        var bytes: [UInt8] = []
        for event in events {
            self.version = event.resourceVersion
            // How far others are is kept for the next tick, or a busy neighbour would wake every idle client.
            if case .bookmark = event { continue }
            if let seen = self.filter.seen(event) { self.writer.append(seen, now: now, to: &bytes) }
        }
        return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
    }

    /// The line that says that all there was has been sent.
    mutating func initialEnd(version: String, now: Timestamp) -> ByteBuffer {
        self.version = version
        var bytes: [UInt8] = []
        self.writer.append(.bookmark(resourceVersion: version), isInitialEnd: true, now: now, to: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    /// The line that says how far the client is.
    mutating func bookmark(now: Timestamp) -> ByteBuffer? {
        guard self.hasBookmarks, !self.version.isEmpty else { return nil }
        var bytes: [UInt8] = []
        self.writer.append(.bookmark(resourceVersion: self.version), now: now, to: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    static func error(_ status: APIStatus) -> ByteBuffer {
        var bytes: [UInt8] = []
        WatchEventWriter.append(status, to: &bytes)
        return ByteBuffer(bytes: bytes)
    }
}

extension WatchEvent {
    fileprivate var resourceVersion: String {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object.metadata.resourceVersion
        case .bookmark(let version): version
        }
    }
}
