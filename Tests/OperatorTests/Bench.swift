import Clocks
import EmbeddedPeer
import FoundationEssentials
import HTTP
import JSON
import KubernetesModel
import Logging
import ResourceStore
import Resources
import SQLiteStore
import Synchronization
import Testing

@testable import Operator

/// The real parts put together on a temporary folder: SQLite, controllers, embedded Big Peers, libcurl on loopback.
final class Bench: Sendable {
    let folder: String
    let exchange: CountingExchange
    let store: SQLiteStore
    let metrics = OperatorMetrics(version: "test")
    let controllers: PeerageOperator

    /// Puts the parts together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - folder: Where everything is kept; left out, a new folder.
    ///   - hostsElsewhere: Whether the controllers leave embedded peers to `Bench.hosting`.
    ///   - view: The store as the controllers see it.
    /// - Throws: What keeps the folder or the store from being made.
    init(
        folder: String? = nil,
        hostsElsewhere: Bool = false,
        seeing view: (SQLiteStore) -> any ResourceStore = { $0 }
    ) throws {
        let folder = folder ?? FileManager.default.temporaryDirectory.appending(path: "peerage-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.folder = folder
        self.exchange = CountingExchange()
        let time = SystemTime()
        self.store = try SQLiteStore(folder: folder) { time.now().rfc3339 }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.controllers = PeerageOperator(
            store: view(self.store),
            exchange: self.exchange,
            peers: hostsElsewhere
                ? .elsewhere(leaseNamespace: "default") : .here(name: "default", directory: "\(folder)/peers"),
            tokenFiles: .ownUser,
            metrics: self.metrics,
            time: time,
            logger: logger
        )
    }

    /// Runs the controllers for as long as a test needs them, and stops them in order; the folder may be kept for
    /// a later bench that goes on with the data.
    func run(keepFolder: Bool = false, _ body: (Bench) async throws -> Void) async throws {
        let task = Task { try await self.controllers.run() }
        do {
            try await body(self)
        } catch {
            Issue.record(error)
        }
        task.cancel()
        _ = await task.result
        await self.store.close()
        self.exchange.shutdown()
        if !keepFolder { try? FileManager.default.removeItem(atPath: self.folder) }
    }

    /// Runs a host of embedded peers beside the controllers for as long as a test needs it.
    func hosting(_ body: (OperatorMetrics) async throws -> Void) async throws {
        let metrics = OperatorMetrics(version: "test")
        let host = try HostOperator(
            HostOperator.Configuration(
                names: ["default"],
                directory: "\(self.folder)/host",
                addresses: .asDeclared,
                leaseNamespace: "default"
            ),
            store: self.store,
            metrics: metrics,
            time: SystemTime(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let task = Task { try await host.run() }
        do {
            try await body(metrics)
        } catch {
            Issue.record(error)
        }
        task.cancel()
        _ = await task.result
    }

    /// Creates or changes objects, as `apply` does.
    func apply(_ yaml: String) async throws {
        let set = ManifestSet([ManifestFile(name: "test.yaml", bytes: Array(yaml.utf8))])
        try #require(!set.hasErrors, "\(set.diagnostics)")
        for resource in set.resources { try await self.apply(resource.object, resource.kind) }
    }

    /// The controllers write the same objects, so that a conflict is nothing unusual.
    private func apply(_ object: Object, _ kind: ResourceKind) async throws {
        for _ in 0..<20 {
            guard let live = try? await self.store.get(kind, object.key) else {
                _ = try await self.store.create(kind, ThreeWayMerge.creation(of: object))
                return
            }
            if (try? await self.store.update(kind, ThreeWayMerge.apply(object, to: live))) != nil { return }
        }
        Issue.record("\(object.kind) \(object.key) could not be applied")
    }

    /// Waits until nothing moves any more; what is then not as declared.
    func settle(within limit: Duration = .seconds(300)) async throws -> [String] {
        try await self.controllers.settle(within: limit, time: SystemTime())
    }

    /// Asks for a check of a resource now, and waits until it was made.
    func reconcile(_ kind: ResourceKind, _ name: String) async throws {
        let stamp = "\(UUID())"
        let written = try await self.change(kind, name) { object in
            object.metadata.annotations[PeerageAPI.reconcileRequestedAtAnnotation] = stamp
        }
        try await self.await(kind, name, from: written) { $0?.status?["lastHandledReconcileAt"]?.string == stamp }
    }

    /// Changes an object, anew when a controller has written it meanwhile.
    @discardableResult
    func change(_ kind: ResourceKind, _ name: String, _ edit: (inout Object) -> Void) async throws -> Object {
        while true {
            var object = try await self.store.get(kind, ObjectKey(namespace: "default", name: name))
            edit(&object)
            do {
                return try await self.store.update(kind, object)
            } catch {
                guard error.reason == .conflict else { throw error }
            }
        }
    }

    /// Waits for an object to be as a test wants it, by watching it.
    func await(
        _ kind: ResourceKind,
        _ name: String,
        from known: Object? = nil,
        _ isAsWanted: (Object?) -> Bool
    ) async throws {
        let list = try await self.store.list(kind, namespace: "default")
        if isAsWanted(list.objects.first { $0.metadata.name == name }) { return }
        let watch = try await self.store.watch(kind, namespace: "default", from: list.resourceVersion)
        defer { watch.cancel() }
        while let events = try await watch.next() {
            for event in events {
                switch event {
                case .added(let object), .modified(let object):
                    if object.metadata.name == name, isAsWanted(object) { return }
                case .deleted(let object):
                    if object.metadata.name == name, isAsWanted(nil) { return }
                case .bookmark: break
                }
            }
        }
    }

    /// The REST API of an embedded Big Peer.
    func url(of peer: String) async throws -> String {
        let object = try await self.store.get(.bigPeer, ObjectKey(namespace: "default", name: peer))
        let api = try #require(object.status?["endpoints"]?["api"]?.string)
        return "\(api)/namespace/default/bigPeer/\(peer)"
    }

    /// Calls a REST API as somebody else would, uncounted.
    func call(_ method: HTTPMethod, _ url: String, _ body: JSONValue? = nil) async throws -> HTTPResponse {
        try await self.exchange.client.send(
            HTTPRequest(method, url, headers: ["Content-Type": "application/json"], body: body?.bytes)
        )
    }
}

/// libcurl with a counter, and with faults on demand.
final class CountingExchange: HTTPExchange {
    /// What becomes of a request.
    enum Fault: Sendable {
        /// It is carried out, and the answer is lost.
        case answerLost
        /// It never leaves.
        case unreachable
    }

    private struct State {
        var requests: [String] = []
        var fault: (@Sendable (HTTPRequest) -> Fault?)?
    }

    let client = HTTPClient()
    private let state = Mutex(State())

    /// The requests so far: `POST /…`, without the host.
    var requests: [String] { self.state.withLock(\.requests) }

    /// The requests so far that change something.
    var writes: [String] { self.requests.filter { !$0.hasPrefix("GET ") } }

    func reset() { self.state.withLock { $0.requests = [] } }

    /// Decides about every request from now on.
    func injecting(_ fault: (@Sendable (HTTPRequest) -> Fault?)?) { self.state.withLock { $0.fault = fault } }

    func shutdown() { self.client.shutdown() }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let path = request.url.split(separator: "/", maxSplits: 2).last.map(String.init) ?? request.url
        let fault = self.state.withLock { state -> Fault? in
            state.requests.append("\(request.method.rawValue) /\(path.drop { $0 != "/" }.dropFirst())")
            return state.fault?(request)
        }
        switch fault {
        case nil: return try await self.client.send(request)
        case .answerLost:
            _ = try await self.client.send(request)
            throw HTTPError(.connectionLost, endpoint: request.url, mayHaveReachedServer: true)
        case .unreachable: throw HTTPError(.couldNotConnect, endpoint: request.url, mayHaveReachedServer: false)
        }
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        try await self.client.stream(request)
    }
}

/// Two embedded Big Peers with one app and a pair of replications.
let pair = """
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeer
    metadata: {name: berlin}
    spec: {embedded: {}}
    ---
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeer
    metadata: {name: paris}
    spec: {embedded: {}}
    ---
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeerApp
    metadata: {name: berlin-cars}
    spec: {bigPeerRef: {name: berlin}, appName: cars, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7, deletionPolicy: Delete}
    ---
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeerApp
    metadata: {name: paris-cars}
    spec: {bigPeerRef: {name: paris}, appName: cars, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
    ---
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeerReplication
    metadata: {name: cars-berlin}
    spec:
      bigPeerRef: {name: berlin}
      app: cars
      connectTo: [{bigPeerRef: {name: paris}, replication: cars-paris}]
      queriesByCollection: {cars: ["true"]}
    ---
    apiVersion: peerage.dev/v1alpha1
    kind: BigPeerReplication
    metadata: {name: cars-paris}
    spec:
      bigPeerRef: {name: paris}
      app: cars
      queriesByCollection: {cars: ["color = 'blue'"]}
    """
