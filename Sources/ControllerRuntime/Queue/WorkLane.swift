/// How urgent a key is.
package enum WorkLane: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Somebody waits for it: a change of the resource, or a retry.
    case user
    /// Nobody waits for it: a periodic look whether the world still agrees.
    case drift

    /// Orders by urgency, the most urgent first.
    package static func < (left: WorkLane, right: WorkLane) -> Bool { left.rawValue < right.rawValue }
}
