import Clocks
import KubernetesModel
import Logging
import ResourceStore
import Synchronization

/// Holds the Leases of one host's names: others see that it is there, and no second process is the same host.
///
/// A host that cannot renew its Lease goes on running its peers: the API server may be down, and data flows without it.
/// It stops only when it sees that somebody else has become this host.
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

    private static let retryInterval = Duration.seconds(2)

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
        var isSilent = false
        while (try? await self.time.sleep(for: HostLease.renewInterval)) != nil {
            for host in self.hosts {
                switch await self.renewal(of: host) {
                case .success(.held(let other)): throw Lost(host: host, holder: other.holder)
                case .success(.taken):
                    if isSilent {
                        self.logger.notice("the host's Lease is renewed again", metadata: ["host": "\(host)"])
                    }
                    isSilent = false
                case .failure(let error):
                    if !isSilent {
                        self.logger.warning(
                            "the host's Lease cannot be renewed; its peers run on",
                            metadata: ["host": "\(host)", "error": "\(error)"]
                        )
                    }
                    isSilent = true
                }
            }
        }
    }

    private func renewal(of host: String) async -> Result<Claim, APIStatus> {
        do { return .success(try await self.claim(host, replacing: nil)) } catch { return .failure(error) }
    }

    /// Says that the host is gone, so that nobody waits for the Lease to run out.
    func release() async {
        for host in self.hosts {
            guard let object = try? await self.store.get(.lease, self.key(host)), var lease = HostLease(object),
                lease.holder == self.identity
            else { continue }
            lease.holder = ""
            _ = try? await self.store.update(.lease, lease.write(into: object, namespace: self.namespace))
        }
    }

    // MARK: - One Lease

    private enum Claim {
        case taken
        case held(HostLease)
    }

    private func acquire(_ host: String) async throws {
        var rival: (lease: HostLease, since: Duration)?
        while true {
            let isSilent = rival.map { self.time.monotonicNow - $0.since >= HostLease.duration } ?? false
            do throws(APIStatus) {
                switch try await self.claim(host, replacing: isSilent ? rival?.lease : nil) {
                case .taken: return
                case .held(let lease):
                    if rival == nil { self.tellOfRival(lease) }
                    if rival?.lease != lease { rival = (lease, self.time.monotonicNow) }
                }
            } catch {
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
    private func claim(_ host: String, replacing silent: HostLease?) async throws(APIStatus) -> Claim {
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
