import FoundationEssentials
import JSON
import KubernetesModel
import ResourceStore
import Synchronization
import Testing

@testable import SQLiteStore

/// A data folder that goes with its owner.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "sqlitestore-\(RandomText.uid())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    var file: String { "\(self.path)/\(SQLiteStore.fileName)" }

    func open(
        _ configuration: SQLiteStore.Configuration = SQLiteStore.Configuration(),
        time: TestTime = TestTime()
    ) throws -> SQLiteStore {
        try SQLiteStore(folder: self.path, configuration: configuration) { time.now }
    }
}

/// A wall clock that stands still until it is moved.
final class TestTime: Sendable {
    private let minutes = Mutex(0)

    var now: String {
        let minutes = self.minutes.withLock { $0 }
        return "2026-01-02T\(Self.two(minutes / 60)):\(Self.two(minutes % 60)):00Z"
    }

    func advance(minutes: Int) {
        self.minutes.withLock { $0 += minutes }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension ResourceKind {
    /// A kind with a status of its own.
    static let widget = ResourceKind(
        group: "example.dev",
        version: "v1",
        kind: "Widget",
        plural: "widgets",
        hasStatus: true
    )
    /// A kind outside of namespaces.
    static let planet = ResourceKind(
        group: "example.dev",
        version: "v1",
        kind: "Planet",
        plural: "planets",
        isNamespaced: false
    )
}

extension Object {
    static func widget(
        _ name: String,
        in namespace: String = "default",
        size: Int64 = 1,
        finalizers: [String] = []
    ) -> Object {
        var object = Object(
            kind: .widget,
            metadata: ObjectMeta(name: name, namespace: namespace),
            content: ["spec": ["size": .integer(size)]]
        )
        object.metadata.finalizers = finalizers
        return object
    }

    static func event(_ name: String, in namespace: String = "default") -> Object {
        Object(
            kind: .event,
            metadata: ObjectMeta(name: name, namespace: namespace),
            content: ["reason": "Tested", "message": "something happened"]
        )
    }
}

extension SQLiteStore {
    func delete(_ kind: ResourceKind, _ name: String, in namespace: String = "default") async throws -> DeletionResult {
        try await self.delete(
            kind,
            ObjectKey(namespace: namespace, name: name),
            preconditions: Preconditions()
        )
    }

    func get(_ name: String, in namespace: String = "default") async throws -> Object {
        try await self.get(.widget, ObjectKey(namespace: namespace, name: name))
    }

    func isThere(_ kind: ResourceKind, _ name: String, in namespace: String = "default") async throws -> Bool {
        do {
            _ = try await self.get(kind, ObjectKey(namespace: namespace, name: name))
            return true
        } catch  where error.reason == .notFound {
            return false
        }
    }
}

extension WatchStream {
    /// Reads until there are so many events.
    func take(_ count: Int) async throws -> [WatchEvent] {
        var events: [WatchEvent] = []
        while events.count < count {
            let batch = try #require(try await self.next(), "the watch ended after \(events.count) events")
            events += batch
        }
        return events
    }
}

extension WatchEvent {
    /// `+name`, `~name`, `-name` with the version, or the bookmark's version alone.
    var short: String {
        switch self {
        case .added(let object): "+\(object.metadata.name)@\(object.metadata.resourceVersion)"
        case .modified(let object): "~\(object.metadata.name)@\(object.metadata.resourceVersion)"
        case .deleted(let object): "-\(object.metadata.name)@\(object.metadata.resourceVersion)"
        case .bookmark(let version): "@\(version)"
        }
    }
}

/// Runs what should be refused and returns the reason.
func reason(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () async throws -> some Sendable
) async -> APIStatus.Reason? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let status as APIStatus {
        return status.reason
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
        return nil
    }
}
