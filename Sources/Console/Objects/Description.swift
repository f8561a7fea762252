import Clocks
import JSON
import KubernetesModel
import Resources
import YAML

/// Everything that there is to tell a person about one object, and what to do if something is wrong.
package struct Description: Sendable {
    private let object: Object
    private let kind: ResourceKind
    private let events: [EventRecord]
    private let now: Timestamp

    /// Describes an object.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - kind: Its kind.
    ///   - events: What happened to it, the oldest first.
    ///   - now: The time of day, for ages.
    package init(of object: Object, _ kind: ResourceKind, events: [EventRecord], now: Timestamp) {
        self.object = object
        self.kind = kind
        self.events = events
        self.now = now
    }

    /// The lines.
    ///
    /// - Parameters:
    ///   - width: How wide the screen is, if it is one.
    ///   - paint: What gives colours.
    /// - Returns: The lines.
    package func lines(width: Int? = nil, paint: Paint = .none) -> [String] {
        var page = Page(width: width, paint: paint)
        self.writeHead(to: &page)
        self.writeSpec(to: &page)
        self.writeRemote(to: &page)
        self.writePairs(to: &page)
        self.writeConditions(to: &page)
        self.writeEvents(to: &page)
        return page.lines
    }

    // MARK: - Sections

    private func writeHead(to page: inout Page) {
        let metadata = self.object.metadata
        page.pair("Name", metadata.name)
        if self.kind.isNamespaced { page.pair("Namespace", metadata.namespace) }
        page.pair("Kind", "\(self.object.kind) (\(self.object.apiVersion))")
        page.list("Labels", Self.pairs(metadata.labels))
        page.list("Annotations", Self.pairs(metadata.annotations.filter { $0.key != ThreeWayMerge.annotation }))
        page.pair("Created", self.moment(metadata.creationTimestamp))
        if let deletion = metadata.deletionTimestamp { page.pair("Deletion", "asked for \(self.moment(deletion))") }
        page.list("Finalizers", metadata.finalizers)
        guard self.kind.hasStatus else { return }
        let observed = self.object.observedGeneration.map { "\($0)" } ?? "none"
        page.pair("Generation", "\(metadata.generation), the controller has seen \(observed)")
        let health = Health(of: self.object)
        let since = health.since.isEmpty ? "" : " for \(self.now.age(since: health.since))"
        page.pair("Health", "\(health.level.word)\(since)", health.level.tone)
        if !health.isWell { page.pair("Cause", "\(health.reason): \(health.message)") }
        if let advice = health.advice { page.pair("What to do", advice) }
    }

    private func writeSpec(to page: inout Page) {
        if self.kind == .secret || self.kind == .configMap {
            page.section("Data")
            for member in self.object.content["data"]?.object?.members ?? [] {
                let text = member.value.string ?? ""
                let size = self.kind == .secret ? Base64.byteCount(of: text) : text.utf8.count
                page.line("  \(member.key): \(size.of("byte"))")
            }
        }
        guard let spec = self.object.spec, spec.object?.isEmpty == false else { return }
        page.section("Spec")
        for line in YAML.text(of: [spec]).split(separator: "\n") { page.line("  \(line)") }
    }

    private func writeRemote(to page: inout Page) {
        let status = self.object.status
        let endpoints = status?["endpoints"]?.object?.members ?? []
        let apps = status?["apps"]?.array ?? []
        let connections = (status?["connections"]?.array ?? []).compactMap(\.string)
        let remote = RemoteEntry(status?["remote"])
        guard remote != nil || !endpoints.isEmpty || !apps.isEmpty || !connections.isEmpty else { return }
        page.section("At the Big Peer")
        if let remote {
            page.line("  object: \(self.object.remoteSentence ?? "")")
            page.line("  made by: \(remote.isCreatedByUs ? "Peerage" : "somebody else; Peerage adopted it")")
        }
        for member in endpoints { page.line("  \(member.key): \(member.value.string ?? "")") }
        for app in apps { page.line("  app: \(app["name"]?.string ?? "") \(app["appId"]?.string ?? "")") }
        for connection in connections { page.line("  dials: \(connection)") }
        if let time = status?["lastSyncTime"]?.string { page.line("  last seen in agreement: \(self.moment(time))") }
        self.writeSessions(to: &page)
    }

    private func writeSessions(to page: inout Page) {
        let sessions = BigPeerReplicationStatus(self.object.status).sessions
        guard !sessions.isEmpty else { return }
        var table = TextTable(["PEER", "DIALLED", "STATE", "COLLECTION", "DOCUMENTS", "POSITION", "BEHIND"])
        for session in sessions {
            let head: [Cell] = [
                Cell(session.peer), Cell(session.isDialled ? "yes" : "no"),
                Cell(session.state.rawValue, Tone(of: session.state.rawValue)),
            ]
            if session.collections.isEmpty { table.append(head) }
            for (index, collection) in session.collections.enumerated() {
                table.append(
                    (index == 0 ? head : ["", "", ""]) + [
                        Cell(collection.name), Cell("\(collection.documents)"), Cell("\(collection.usn)"),
                        Cell(collection.lagChanges.map { Int(clamping: $0).of("change") } ?? "unknown"),
                    ]
                )
            }
        }
        page.section("Sessions")
        page.table(table)
    }

    private func writePairs(to page: inout Page) {
        guard self.kind == .replicationTopology else { return }
        let status = ReplicationTopologyStatus(self.object.status)
        if !status.pairs.isEmpty {
            var table = TextTable(["DIALS", "TO", "READY", "REASON", "REPLICATIONS"], overflow: .wrap)
            for pair in status.pairs {
                table.append([
                    Cell(pair.from), Cell(pair.to),
                    Cell(pair.isReady ? "yes" : "no", pair.isReady ? .good : .attention),
                    Cell(pair.reason), Cell(pair.replications.joined(separator: ", ")),
                ])
            }
            page.section("Pairs")
            page.table(table)
            for pair in status.pairs where !pair.message.isEmpty {
                page.line("  \(pair.from)–\(pair.to): \(pair.message.oneLine)")
            }
        }
        guard !status.leaving.isEmpty else { return }
        page.section("Leaving")
        for name in status.leaving { page.line("  \(name.oneLine)") }
    }

    private func writeConditions(to page: inout Page) {
        let conditions = self.object.conditions
        guard !conditions.isEmpty else { return }
        var table = TextTable(["TYPE", "STATUS", "SINCE", "REASON", "MESSAGE"], overflow: .wrap)
        for condition in conditions {
            table.append([
                Cell(condition.type), Cell(condition.status.rawValue, condition.tone),
                Cell(self.now.age(since: condition.lastTransitionTime)), Cell(condition.reason),
                Cell(condition.message + self.staleness(of: condition)),
            ])
        }
        page.section("Conditions")
        page.table(table)
    }

    /// A warning behind a condition that speaks of an earlier spec.
    private func staleness(of condition: Condition) -> String {
        let generation = self.object.metadata.generation
        guard condition.observedGeneration > 0, condition.observedGeneration < generation else { return "" }
        return " (of generation \(condition.observedGeneration), and \(generation) is the newest)"
    }

    private func writeEvents(to page: inout Page) {
        page.section("Events")
        guard !self.events.isEmpty else { return page.line("  none; they are kept for about an hour") }
        var table = TextTable(["LAST SEEN", "COUNT", "TYPE", "REASON", "MESSAGE"], overflow: .wrap)
        for event in self.events {
            table.append([
                Cell(self.now.age(since: event.lastTime)), Cell("\(event.count)"), event.typeCell, Cell(event.reason),
                Cell(event.message),
            ])
        }
        page.table(table)
    }

    private func moment(_ text: String) -> String {
        text.isEmpty ? "not by a server" : "\(text) (\(self.now.age(since: text)) ago)"
    }

    private static func pairs(_ texts: [String: String]) -> [String] {
        texts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}

extension Condition {
    /// The colour of the status; `Reconciling` and `Stalled` are bad news when true.
    fileprivate var tone: Tone {
        switch (ConditionType(rawValue: self.type), self.status) {
        case (.stalled, .true): .bad
        case (.reconciling, .true): .attention
        default: Tone(of: self.status.rawValue)
        }
    }
}

/// Lines as they come, with headings and aligned pairs.
private struct Page {
    private(set) var lines: [String] = []
    let width: Int?
    let paint: Paint

    private static let labelWidth = 14

    init(width: Int?, paint: Paint) {
        self.width = width
        self.paint = paint
    }

    /// A line that came from a server in one way or another.
    mutating func line(_ text: String) { self.lines.append(text.oneLine) }

    mutating func pair(_ label: String, _ value: String, _ tone: Tone = .plain) {
        let head = "\(label):".padded(to: Self.labelWidth)
        for (index, line) in value.oneLine.wrapped(to: self.width.map { $0 - Self.labelWidth }).enumerated() {
            let start = index == 0 ? self.paint(head, .strong) : "".padded(to: Self.labelWidth)
            self.lines.append(start + self.paint(line, tone))
        }
    }

    mutating func list(_ label: String, _ values: [String]) {
        for (index, value) in values.enumerated() {
            let start = index == 0 ? self.paint("\(label):".padded(to: Self.labelWidth), .strong) : nil
            self.lines.append((start ?? "".padded(to: Self.labelWidth)) + value.oneLine)
        }
    }

    mutating func section(_ title: String) { self.lines += ["", self.paint("\(title):", .strong)] }

    mutating func table(_ table: TextTable) {
        self.lines += table.lines(width: self.width, paint: self.paint, indent: 2)
    }
}
