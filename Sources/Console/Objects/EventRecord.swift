import Clocks
import JSON
import KubernetesModel

/// A core `v1` Event, as far as people read it.
package struct EventRecord: Sendable, Hashable {
    /// What happened, as one word.
    package let reason: String
    /// What happened, for a person.
    package let message: String
    /// Whether it is a warning.
    package let isWarning: Bool
    /// How many times it happened.
    package let count: Int64
    /// When it happened last, RFC 3339.
    package let lastTime: String
    /// The kind of the object that it happened to.
    package let objectKind: String
    /// The key of that object.
    package let objectKey: ObjectKey
    /// The uid of that object.
    package let objectUID: String

    /// Reads an event of either form: those with `count`, and those with `series`.
    package init(_ event: Object) {
        let content = event.content
        self.reason = content["reason"]?.string ?? ""
        self.message = content["message"]?.string ?? ""
        self.isWarning = content["type"]?.string == "Warning"
        self.count = content["series"]?["count"]?.integer ?? content["count"]?.integer ?? 1
        let times = [content["series"]?["lastObservedTime"], content["lastTimestamp"], content["eventTime"]]
        self.lastTime = times.lazy.compactMap { $0?.string }.first ?? event.metadata.creationTimestamp
        let object = content["involvedObject"]
        self.objectKind = object?["kind"]?.string ?? ""
        self.objectKey = ObjectKey(
            namespace: object?["namespace"]?.string ?? event.metadata.namespace,
            name: object?["name"]?.string ?? ""
        )
        self.objectUID = object?["uid"]?.string ?? ""
    }

    /// Whether the event is about an object.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - key: The object's key.
    ///   - uid: The object's uid, when only this very object is meant and not an earlier one of the same name.
    /// - Returns: Whether it is.
    package func isAbout(_ kind: ResourceKind, _ key: ObjectKey, uid: String = "") -> Bool {
        self.objectKind == kind.kind && self.objectKey == key
            && (uid.isEmpty || self.objectUID.isEmpty || self.objectUID == uid)
    }

    /// The moment by which events are ordered.
    package var moment: Timestamp { Timestamp(rfc3339: self.lastTime) ?? .epoch }

    /// `bigpeer/berlin`.
    package var objectLabel: String { "\(self.objectKind.lowercased())/\(self.objectKey.name)" }

    var typeCell: Cell { self.isWarning ? Cell("Warning", .attention) : Cell("Normal") }

    /// The columns of `get events`.
    static let columns = [
        Column("LAST SEEN") { Cell($1.age(since: EventRecord($0).lastTime)) },
        Column("COUNT") { event, _ in Cell("\(EventRecord(event).count)") },
        Column("TYPE") { event, _ in EventRecord(event).typeCell },
        Column("REASON") { event, _ in Cell(EventRecord(event).reason) },
        Column("OBJECT") { event, _ in Cell(EventRecord(event).objectLabel) },
        Column("MESSAGE") { event, _ in Cell(EventRecord(event).message) },
    ]
}

extension [Object] {
    /// Events in the order in which they happened last.
    package var inOrderOfEvents: [Object] {
        self.map { ($0, EventRecord($0).moment) }.sorted { $0.1 < $1.1 }.map(\.0)
    }
}
