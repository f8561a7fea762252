import Clocks
import JSON
import KubernetesModel
import ResourceStore

/// Writes watch events as lines of JSON.
struct WatchEventWriter: Sendable {
    let kind: ServedKind
    let form: AcceptedMedia.Form
    let includedObject: Table.IncludedObject
    /// kubectl needs the columns once.
    private var hasSentColumns = false

    /// Creates a writer.
    init(_ kind: ServedKind, form: AcceptedMedia.Form, includedObject: Table.IncludedObject) {
        self.kind = kind
        self.form = form
        self.includedObject = includedObject
    }

    /// Appends an event as a line.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - isInitialEnd: Whether a bookmark marks the end of what there was when the watch began (`WatchList`).
    ///   - now: The time.
    ///   - bytes: Where the line goes.
    mutating func append(
        _ event: WatchEvent,
        isInitialEnd: Bool = false,
        now: Timestamp,
        to bytes: inout [UInt8]
    ) {
        switch event {
        case .added(let object): self.append("ADDED", object, now, &bytes)
        case .modified(let object): self.append("MODIFIED", object, now, &bytes)
        case .deleted(let object): self.append("DELETED", object, now, &bytes)
        case .bookmark(let resourceVersion):
            var metadata = ObjectMeta(name: "")
            metadata.resourceVersion = resourceVersion
            metadata.other["creationTimestamp"] = .null
            if isInitialEnd { metadata.annotations["k8s.io/initial-events-end"] = "true" }
            self.append("BOOKMARK", Object(kind: self.kind.kind, metadata: metadata), now, &bytes)
        }
    }

    /// Appends an error as the last line.
    static func append(_ status: APIStatus, to bytes: inout [UInt8]) {
        Self.append(type: "ERROR", status.json, &bytes)
    }

    private mutating func append(_ type: JSONValue, _ object: Object, _ now: Timestamp, _ bytes: inout [UInt8]) {
        switch self.form {
        case .whole, .aggregatedDiscovery: Self.append(type: type, self.kind.shown(object).json, &bytes)
        case .metadata: Self.append(type: type, object.partialMetadata, &bytes)
        case .table:
            let table = Table(columns: self.kind.columns, includedObject: self.includedObject, now: now)
            let metadata: JSONValue = ["resourceVersion": .string(object.metadata.resourceVersion)]
            let json = table.json(of: [object], metadata: metadata, hasColumns: !self.hasSentColumns)
            self.hasSentColumns = true
            Self.append(type: type, json, &bytes)
        }
    }

    private static func append(type: JSONValue, _ object: JSONValue, _ bytes: inout [UInt8]) {
        let event: JSONValue = ["type": type, "object": object]
        bytes.append(contentsOf: event.bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
}
