import Clocks
import Documents

@testable import TableReplication

/// One peer of a simulation: a node with its store, and how far its clocks are off.
struct SimulatedPeer {
    let index: Int
    let key: String
    var node: ReplicationNode
    var store: SimulatedStore
    var configuration: AppConfiguration
    var isUp = true
    /// Rises with each start: what was meant for an earlier life comes to nothing.
    var life = 0
    /// When the node wants to be woken.
    var wakeAt: Duration?
    /// When the store has done what it was asked for.
    var storeBusyUntil = Duration.zero
    var isFlushPlanned = false
    /// The outline of the status when the node last said that there is something new.
    var told: [StatusOutline] = []
    /// How far the wall clock is off, in milliseconds.
    var skew: Int64
    var backup: SimulatedStore.State?
    /// Numbers accepted links.
    var accepted: UInt64 = 0
    var guids = 0

    static let app = "cars"

    static func key(_ index: Int) -> String {
        // Keys whose order is not that of the indices.
        let digits = String((index &* 0x9E37_79B9 + 0x1234_5678) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits + String(repeating: "a", count: 24)
    }

    /// A GUID that no peer has had before.
    mutating func nextGUID() -> String {
        self.guids += 1
        let digits = String(self.index * 1_000 + self.guids)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
