import Clocks
import JSON
import KubernetesModel

extension TableColumn {
    /// The columns of Events.
    ///
    /// Source: `k8s.io/kubernetes/pkg/printers/internalversion`, `eventColumnDefinitions` and `printEvent`.
    static let event: [TableColumn] = [
        TableColumn("Last Seen", "When it was last seen.") { object, now in
            .string(now.humanAge(since: object.lastSeen))
        },
        TableColumn("Type", "Normal or Warning.") { object, _ in object.content["type"] ?? "" },
        TableColumn("Reason", "Why, in one word.") { object, _ in object.content["reason"] ?? "" },
        TableColumn("Object", "What it is about.") { object, _ in
            let subject = object.content["involvedObject"]
            return .string("\((subject?["kind"]?.string ?? "").lowercased())/\(subject?["name"]?.string ?? "")")
        },
        TableColumn("Subobject", "Which part of it.", priority: 1) { object, _ in
            object.content["involvedObject"]?["fieldPath"] ?? ""
        },
        TableColumn("Source", "Who says so.", priority: 1) { object, _ in .string(object.sourceText) },
        TableColumn("Message", "What happened.") { object, _ in
            .string((object.content["message"]?.string ?? "").trimmedLines)
        },
        TableColumn("First Seen", "When it was first seen.", priority: 1) { object, now in
            .string(now.humanAge(since: object.firstSeen))
        },
        TableColumn("Count", type: "string", "How often it was seen.", priority: 1) { object, _ in
            let count = object.content["series"]?["count"] ?? object.content["count"]
            return .string(count.flatMap { $0 == 0 ? nil : $0.text } ?? "1")
        },
        TableColumn("Name", "The Event's name, which tells nothing.", priority: 1) { object, _ in
            .string(object.metadata.name)
        },
    ]
}

extension Object {
    /// When an Event was last seen.
    fileprivate var lastSeen: String? {
        self.content["series"]?["lastObservedTime"]?.string ?? self.content["lastTimestamp"]?.string
            ?? self.content["eventTime"]?.string ?? self.metadata.creationTimestamp
    }

    /// When an Event was first seen.
    fileprivate var firstSeen: String? {
        self.content["firstTimestamp"]?.string ?? self.content["eventTime"]?.string ?? self.metadata.creationTimestamp
    }

    /// `peerage, host-1`.
    fileprivate var sourceText: String {
        let source = self.content["source"]
        guard let component = source?["component"]?.string, !component.isEmpty else {
            return self.content["reportingComponent"]?.string ?? ""
        }
        let host = source?["host"]?.string ?? ""
        return host.isEmpty ? component : "\(component), \(host)"
    }
}

extension String {
    /// The text without line breaks and spaces at its end.
    fileprivate var trimmedLines: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
