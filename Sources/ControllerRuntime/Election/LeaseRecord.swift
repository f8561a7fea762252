import Clocks
import JSON
import KubernetesModel

/// What a Lease says about who leads: the `spec` of `coordination.k8s.io/v1` Lease.
///
/// ```
/// spec:
///   holderIdentity: peerage-7d4b_5f0c…     empty or absent: nobody
///   leaseDurationSeconds: 15               how long without a sign of life until it may be taken
///   acquireTime: 2026-11-21T00:00:00.000000Z
///   renewTime:   2026-11-21T00:00:02.000000Z
///   leaseTransitions: 3                    how often it changed hands
/// ```
///
/// The times are for people: no decision depends on them, because two machines' clocks are two clocks.
struct LeaseRecord: Sendable, Hashable {
    /// The API's number has 32 bits.
    static let maximumTransitions = Int64(Int32.max)

    /// Who holds the lease; empty is nobody.
    var holder: String
    /// How long the holder promises to be gone before anybody else takes over; `nil` when it does not say.
    var duration: Duration?
    /// How often the lease changed hands.
    var transitions: Int64
    /// When the holder took it, as the holder's clock had it.
    var acquireTime: String

    /// Reads a Lease leniently: what is missing or of another type says nothing.
    init(_ lease: Object) {
        let spec = lease.spec
        self.holder = spec?["holderIdentity"]?.string ?? ""
        self.duration = spec?["leaseDurationSeconds"]?.integer.flatMap { $0 > 0 ? .seconds(min($0, 86_400)) : nil }
        self.transitions = min(max(0, spec?["leaseTransitions"]?.integer ?? 0), Self.maximumTransitions)
        self.acquireTime = spec?["acquireTime"]?.string ?? ""
    }
}

extension Object {
    /// The Lease with another holder or another sign of life; members that are not ours stay as they are.
    ///
    /// - Parameters:
    ///   - holder: Who holds it; empty is nobody.
    ///   - seconds: For how long without a sign of life.
    ///   - transitions: How often it has changed hands.
    ///   - acquired: When the holder took it.
    ///   - renewed: When the holder gave the sign of life.
    /// - Returns: The Lease to write.
    func lease(
        holder: String,
        seconds: Int64,
        transitions: Int64,
        acquired: String,
        renewed: String
    ) -> Object {
        var lease = self
        var spec = self.spec?.object ?? JSONObject()
        spec["holderIdentity"] = .string(holder)
        spec["leaseDurationSeconds"] = .integer(seconds)
        spec["leaseTransitions"] = .integer(min(transitions, LeaseRecord.maximumTransitions))
        spec["acquireTime"] = .string(acquired)
        spec["renewTime"] = .string(renewed)
        lease.spec = .object(spec)
        return lease
    }
}
