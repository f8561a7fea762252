import Clocks
import ControllerRuntime
import KubernetesModel
import Logging
import ResourceStore
import Synchronization

/// Holds the Leases of one host's names: others see that it is there, and no second process is the same host.
///
/// A host that cannot renew its Lease goes on running its peers: the API server may be down, and data flows without it.
/// It stops only when it sees that somebody else has become this host. A request that hangs is given up so early that
/// two more tries fit before anybody takes the host for gone.
///
/// *Expected flow:* `acquire()`, then `keep()` until it throws or its task is cancelled, then `release()`.
final class HostPresence: Sendable {
    /// Somebody else is this host now.
    struct Lost: Error, Sendable, CustomStringConvertible {
        let host: String
        let holder: String

        var description: String {
            "another process (\(self.holder)) runs as the host \"\(self.host)\" now; give each `peerage host` a name "
                + "of its own"
        }
    }

    /// How often a host that is another process's, or cannot be had, is asked for again.
    private static let retryInterval = Duration.seconds(2)
    /// How soon a renewal that failed is tried again.
    private static let renewalRetryInterval = Duration.seconds(1)
    /// How long one look at a Lease, and the write after it, may take.
    static let requestTimeout = Duration.seconds(3)

    private let hosts: [String]
    private let identity: String
    private let namespace: String
    private let store: any ResourceStore
    private let time: any Time
    private let logger: Logger

    /// Creates the presence of a host; nobody hears of it yet.
    ///
    /// - Parameters:
    ///   - hosts: The host's names.
    ///   - identity: Who it is: the same after a restart, another for another process.
    ///   - namespace: Where the Leases are.
    ///   - store: Where the Leases are.
    ///   - time: The clock.
    ///   - logger: Told when the name is taken, and when the store fails.
    init(
        hosts: [String],
        identity: String,
        namespace: String,
        store: any ResourceStore,
        time: any Time,
        logger: Logger
    ) {
        self.hosts = hosts
        self.identity = identity
        self.namespace = namespace
        self.store = store
        self.time = time
        self.logger = logger
    }

    /// Waits until this process is the host.
    ///
    /// - Throws: `CancellationError`; what the store refuses for good, such as missing rights.
    func acquire() async throws {
        for host in self.hosts { try await self.acquire(host) }
    }

    /// Lets the host be heard of, until the task is cancelled.
    ///
    /// - Throws: `Lost` when somebody else is this host now.
    func keep() async throws(Lost) {
        // Side by side: a Lease that hangs must not keep the other one from being renewed.
        let lost = await withTaskGroup(of: Lost?.self) { group in
            for host in self.hosts { group.addTask { await self.keep(host) } }
            defer { group.cancelAll() }
            for await case let lost? in group { return lost as Lost? }
            return nil
        }
        if let lost { throw lost }
    }

    private func keep(_ host: String) async -> Lost? {
        var isSilent = false
        var pause = HostLease.renewInterval
        while (try? await self.time.sleep(for: pause)) != nil {
            switch await self.claim(host, replacing: nil) {
            case .success(.held(let other)): return Lost(host: host, holder: other.holder)
            case .success(.taken):
                if isSilent {
                    self.logger.notice("the host's Lease is renewed again", metadata: ["host": "\(host)"])
                }
                (isSilent, pause) = (false, HostLease.renewInterval)
            case .failure(let error):
                if !isSilent {
                    self.logger.warning(
                        "the host's Lease cannot be renewed; its peers run on",
                        metadata: ["host": "\(host)", "error": "\(error)"]
                    )
                }
                (isSilent, pause) = (true, Self.renewalRetryInterval)
            }
        }
        return nil
    }

    /// Says that the host is gone, so that nobody waits for the Lease to run out.
    func release() async {
        await withTaskGroup { group in
            for host in self.hosts { group.addTask { await self.release(host) } }
        }
    }

    private func release(_ host: String) async {
        let deadline = self.time.monotonicNow + Self.requestTimeout
        let released = await self.time.answer(by: deadline) { () async throws(APIStatus) in
            guard let object = try await self.lease(host), var lease = HostLease(object),
                lease.holder == self.identity
            else { return }
            lease.holder = ""
            _ = try await self.store.update(.lease, lease.write(into: object, namespace: self.namespace))
        }
        // A renewal that was given up may have arrived in between.
        if case .failure(let error) = released, error.reason == .conflict, self.time.monotonicNow < deadline {
            await self.release(host)
        }
    }

    // MARK: - One Lease

    private enum Claim: Sendable {
        case taken
        case held(HostLease)
    }

    private func acquire(_ host: String) async throws {
        var rival: (lease: HostLease, since: Duration)?
        while true {
            let isSilent = rival.map { self.time.monotonicNow - $0.since >= HostLease.duration } ?? false
            switch await self.claim(host, replacing: isSilent ? rival?.lease : nil) {
            case .success(.taken): return
            case .success(.held(let lease)):
                if rival == nil { self.tellOfRival(lease) }
                if rival?.lease != lease { rival = (lease, self.time.monotonicNow) }
            case .failure(let error):
                if [.forbidden, .unauthorized, .notFound].contains(error.reason) { throw error }
                self.logger.warning(
                    "the host's Lease cannot be had yet",
                    metadata: ["host": "\(host)", "error": "\(error)"]
                )
            }
            try await self.time.sleep(for: Self.retryInterval)
        }
    }

    private func tellOfRival(_ lease: HostLease) {
        self.logger.warning(
            "another process runs as this host, or did a moment ago; waiting until it has been silent for a while",
            metadata: ["host": "\(lease.host)", "holder": "\(lease.holder)"]
        )
    }

    /// Writes ourselves into a Lease that is free or ours, or is still the very one that may be replaced.
    private func claim(_ host: String, replacing silent: HostLease?) async -> Result<Claim, APIStatus> {
        let deadline = self.time.monotonicNow + Self.requestTimeout
        return await self.time.answer(by: deadline) { () async throws(APIStatus) in
            try await self.write(host, replacing: silent)
        }
    }

    private func write(_ host: String, replacing silent: HostLease?) async throws(APIStatus) -> Claim {
        let object = try await self.lease(host)
        let lease = object.flatMap(HostLease.init)
        if let lease, !lease.holder.isEmpty, lease.holder != self.identity, lease != silent { return .held(lease) }
        let held = HostLease.held(by: self.identity, host: host, after: lease, now: self.time.now())
            .write(into: object, namespace: self.namespace)
        _ = object == nil ? try await self.store.create(.lease, held) : try await self.store.update(.lease, held)
        return .taken
    }

    private func lease(_ host: String) async throws(APIStatus) -> Object? {
        do throws(APIStatus) {
            return try await self.store.get(.lease, self.key(host))
        } catch {
            guard error.reason == .notFound else { throw error }
            return nil
        }
    }

    private func key(_ host: String) -> ObjectKey {
        ObjectKey(namespace: self.namespace, name: HostLease.name(of: host))
    }
}
