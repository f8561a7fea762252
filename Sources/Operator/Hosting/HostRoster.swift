import Clocks
import ControllerRuntime
import Planning
import Synchronization

/// Which hosts are heard of, for a controller that waits for them.
///
/// A Lease counts by when its record last changed before our own eyes: two machines never agree on the time of day. A
/// host is missing only after it could have been heard of for a whole Lease's duration.
final class HostRoster: Sendable {
    private struct Sighting {
        var lease: HostLease
        var since: Duration
    }

    private struct State {
        var sightings: [String: Sighting] = [:]
        var present: Set<String> = []

        func isPresent(_ host: String, _ now: Duration) -> Bool {
            self.sightings[host].map { !$0.lease.holder.isEmpty && now - $0.since < HostLease.duration } ?? false
        }
    }

    /// How often the roster is looked through for hosts that have fallen silent.
    private static let interval = Duration.seconds(2)

    private let leases: Informer<KnownLease>
    private let time: any Time
    private let state = Mutex(State())
    private let beginning = Mutex<Duration?>(nil)

    /// Creates a roster of the Leases that somebody else follows.
    init(_ leases: Informer<KnownLease>, time: any Time) {
        self.leases = leases
        self.time = time
    }

    /// What is known of a host now.
    func standing(of host: String) -> HostStanding {
        let now = self.time.monotonicNow
        if self.state.withLock({ $0.isPresent(host, now) }) { return .present }
        // A Lease may be there that nobody has seen yet, or one may be about to come.
        guard let beginning = self.beginning.withLock({ $0 }), now - beginning >= HostLease.duration else {
            return .undecided
        }
        return .missing
    }

    /// Follows the Leases until the task is cancelled.
    ///
    /// - Parameter changed: Told that the standing of some hosts is another now.
    func run(_ changed: @escaping @Sendable () -> Void) async {
        self.leases.subscribe { changes in
            let now = self.time.monotonicNow
            self.state.withLock { state in
                for change in changes {
                    guard let lease = change.new?.host else {
                        if let old = change.old?.host { state.sightings[old.host] = nil }
                        continue
                    }
                    guard state.sightings[lease.host]?.lease != lease else { continue }
                    state.sightings[lease.host] = Sighting(lease: lease, since: now)
                }
            }
            if self.review() { changed() }
        }
        await self.keepReviewing(changed)
    }

    private func keepReviewing(_ changed: @Sendable () -> Void) async {
        guard (try? await self.leases.untilSynced()) != nil else { return }
        let beginning = self.time.monotonicNow
        self.beginning.withLock { $0 = beginning }
        // Hosts that nobody has heard of until then are missing from then on.
        guard (try? await self.time.sleep(for: HostLease.duration)) != nil else { return }
        changed()
        while (try? await self.time.sleep(for: Self.interval)) != nil {
            if self.review() { changed() }
        }
    }

    /// Notes which hosts are heard of now.
    ///
    /// - Returns: Whether these are others than before.
    private func review() -> Bool {
        let now = self.time.monotonicNow
        return self.state.withLock { state in
            let present = Set(state.sightings.keys.filter { state.isPresent($0, now) })
            defer { state.present = present }
            return present != state.present
        }
    }
}
