import Clocks
import JSON
import KubernetesModel

/// Keeps events from flooding the store: repeats become a count, many alike become one, and too many are dropped.
///
/// A pure value with the rules and numbers of client-go (`tools/record/events_cache.go`), so that `kubectl describe`
/// shows what people are used to:
/// - An event equal to an earlier one raises the earlier one's `count`.
/// - From the tenth event within ten minutes that differs only in its message, they become one,
///   "(combined from similar events): …".
/// - Each object may have 25 events at once, and one more every five minutes; the rest is dropped.
/// - Of each sort, the last 4,096 are remembered.
package struct EventCorrelator: Sendable {
    /// What to do about a note.
    package enum Decision: Sendable, Hashable {
        /// Create this event.
        case create(Object)
        /// Replace the event of this name by this one, which has a higher count; create it if it has expired.
        case patchCount(Object)
        /// Nothing: there are too many.
        case drop
    }

    /// All that two alike notes share.
    private struct GroupKey: Sendable, Hashable {
        let about: ObjectReference
        let severity: EventNote.Severity
        let reason: String
    }

    private struct Group: Sendable {
        var messages: Set<String> = []
        var lastSeen: Timestamp
    }

    private struct EventKey: Sendable, Hashable {
        let group: GroupKey
        /// `nil` for the combined event of a group.
        let message: String?
    }

    private struct Entry: Sendable {
        let name: String
        let first: Timestamp
        var count: Int64
    }

    private struct Budget: Sendable {
        var tokens: Double
        var updatedAt: Timestamp
    }

    private static let capacity = 4_096
    private static let groupSize = 10
    private static let groupTime = Duration.seconds(600)
    private static let burst = 25.0
    private static let refill = 300.0

    private let component: String
    private let instance: String
    private var groups = LRUCache<GroupKey, Group>(capacity: Self.capacity)
    private var entries = LRUCache<EventKey, Entry>(capacity: Self.capacity)
    private var budgets = LRUCache<ObjectReference, Budget>(capacity: Self.capacity)
    private var lastName: Int64 = 0

    /// Creates a correlator that remembers nothing.
    ///
    /// - Parameters:
    ///   - component: The controller, as events name it.
    ///   - instance: The process or host.
    package init(component: String, instance: String) {
        self.component = component
        self.instance = instance
    }

    /// Decides about a note.
    package mutating func correlate(_ note: EventNote, now: Timestamp) -> Decision {
        let (key, message) = self.combine(note, now: now)
        var entry = self.entries.value(of: key) ?? Entry(name: self.name(for: note, now: now), first: now, count: 0)
        entry.count += 1
        self.entries.set(entry, for: key)
        guard self.spend(on: note.about, now: now) else { return .drop }
        let object = self.object(note, message: message, entry: entry, now: now)
        return entry.count == 1 ? .create(object) : .patchCount(object)
    }

    /// The event that a note counts into: one of its own, or its group's when that is large.
    private mutating func combine(_ note: EventNote, now: Timestamp) -> (key: EventKey, message: String) {
        let key = GroupKey(about: note.about, severity: note.severity, reason: note.reason)
        var group = self.groups.value(of: key) ?? Group(lastSeen: now)
        if now - group.lastSeen > Self.groupTime { group.messages = [] }
        group.lastSeen = now
        group.messages.insert(note.message)
        guard group.messages.count >= Self.groupSize else {
            self.groups.set(group, for: key)
            return (EventKey(group: key, message: note.message), note.message)
        }
        // The set stays one below the limit: the next new message is combined, too.
        group.messages.remove(note.message)
        self.groups.set(group, for: key)
        let message = "(combined from similar events): \(note.message)".cut(toBytes: 1_024)
        return (EventKey(group: key, message: nil), message)
    }

    /// Takes a token from an object's budget.
    private mutating func spend(on object: ObjectReference, now: Timestamp) -> Bool {
        var budget = self.budgets.value(of: object) ?? Budget(tokens: Self.burst, updatedAt: now)
        let elapsed = max(0, (now - budget.updatedAt).inSeconds)
        budget.tokens = min(Self.burst, budget.tokens + elapsed / Self.refill)
        budget.updatedAt = now
        let isEnough = budget.tokens >= 1
        if isEnough { budget.tokens -= 1 }
        self.budgets.set(budget, for: object)
        return isEnough
    }

    /// `name.hex`, as client-go names events, with a number that never repeats.
    private mutating func name(for note: EventNote, now: Timestamp) -> String {
        self.lastName = max(self.lastName &+ 1, now.microseconds)
        return "\(note.about.key.name.cut(toBytes: 230)).\(String(self.lastName, radix: 16))"
    }

    private func object(_ note: EventNote, message: String, entry: Entry, now: Timestamp) -> Object {
        let about = note.about
        // Events of objects without a namespace live in "default", as client-go has it.
        let namespace = about.key.namespace.isEmpty ? "default" : about.key.namespace
        return Object(
            kind: .event,
            metadata: ObjectMeta(name: entry.name, namespace: namespace),
            content: [
                "count": .integer(entry.count),
                "firstTimestamp": .string(entry.first.rfc3339),
                "involvedObject": [
                    "apiVersion": .string(about.apiVersion),
                    "kind": .string(about.kind),
                    "name": .string(about.key.name),
                    "namespace": .string(about.key.namespace),
                    "uid": .string(about.uid),
                ],
                "lastTimestamp": .string(now.rfc3339),
                "message": .string(message),
                "reason": .string(note.reason),
                "reportingComponent": .string(self.component),
                "reportingInstance": .string(self.instance),
                "source": ["component": .string(self.component), "host": .string(self.instance)],
                "type": .string(note.severity.rawValue),
            ]
        )
    }
}
