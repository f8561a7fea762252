import Clocks
import KubernetesModel
import Resources

extension StatusReport {
    /// The report for people.
    ///
    /// - Parameters:
    ///   - now: The time of day, for ages.
    ///   - width: How wide the screen is, if it is one.
    ///   - paint: What gives colours.
    /// - Returns: The lines.
    package func lines(now: Timestamp, width: Int? = nil, paint: Paint = .none) -> [String] {
        let folder = self.folder?.lines(width: width, paint: paint) ?? []
        guard !self.groups.isEmpty else {
            let advice = folder.isEmpty ? "describe one in a file and run `peerage apply -f FILE`" : "see below"
            return ["There are no Big Peers yet: \(advice)."] + folder
        }
        var lines = [self.headline(paint)] + folder
        for group in self.groups {
            lines.append("")
            lines += group.lines(now: now, width: width, paint: paint)
        }
        if !self.topologies.isEmpty { lines += ["", paint("Topologies", .strong)] }
        for topology in self.topologies { lines += topology.lines(now: now, width: width, paint: paint) }
        return lines
    }

    private func headline(_ paint: Paint) -> String {
        let count = self.groups.count.of("Big Peer")
        let bad = self.groups.count { !$0.isWell }
        let suspended = self.groups.flatMap(\.findings).count { $0.health.level == .suspended }
        let badTopologies = self.topologies.count { !$0.health.isWell }
        if bad == 0, badTopologies == 0, let folder, !folder.isWell {
            return paint("The folder of manifests needs attention.", .bad)
        }
        if bad == 0, badTopologies > 0 {
            let verb = badTopologies == 1 ? "needs" : "need"
            let tone = self.topologies[0].health.level.tone
            return paint(
                "\(badTopologies) of \(self.topologies.count.of("topology", "topologies")) \(verb) attention.",
                tone
            )
        }
        if bad == 0, suspended > 0 {
            return paint("Nothing is wrong: \(count), \(suspended.of("resource")) suspended.", .attention)
        }
        if bad == 0 { return paint("All is well: \(count).", .good) }
        let verb = bad == 1 ? "needs" : "need"
        return paint("\(bad) of \(count) \(verb) attention.", self.groups[0].level.tone)
    }
}

extension StatusReport.Group {
    fileprivate func lines(now: Timestamp, width: Int?, paint: Paint) -> [String] {
        let sign = paint(self.level.sign, self.level.tone)
        let head = "\(sign) \(paint(self.key.description, .strong))  \(self.state)"
        let place = self.isEmbedded ? "embedded" : "external"
        let address = self.url.isEmpty ? place : "\(place), \(self.url.oneLine)"
        var lines = [self.health == nil ? head : "\(head)  \(paint(address, .faint))"]
        let counts = [self.apps.sentence("app"), self.replications.sentence("replication")].compactMap(\.self)
        if !counts.isEmpty { lines.append("    " + counts.joined(separator: ", ")) }
        if let sentence = self.sessions.sentence { lines.append("    " + sentence) }
        for finding in self.causes { lines += finding.lines(now: now, width: width, paint: paint) }
        if self.health == nil {
            let question = self.nearest.map { "Did you mean \"\($0)\"? " } ?? ""
            let advice = "→ \(question)Apply a BigPeer of this name, or correct the bigPeerRef of what names it."
            lines += advice.wrapped(to: width.map { max(20, $0 - 4) }).map { "    \($0)" }
        }
        return lines + self.consequenceLines(width: width)
    }

    /// What is told in full: all but what the Big Peer's own trouble explains.
    private var causes: [StatusReport.Finding] { self.findings.filter { !self.isConsequence($0) } }

    private func isConsequence(_ finding: StatusReport.Finding) -> Bool {
        guard finding.kind != .bigPeer, finding.health.level != .suspended else { return false }
        guard let own = self.health else { return finding.health.reason == Reason.bigPeerNotFound.rawValue }
        return !own.isWell
            && (finding.health.reason == own.reason || Self.transitReasons.contains(finding.health.reason))
    }

    /// Reasons that speak of the way to the Big Peer, whoever meets them.
    private static let transitReasons = Set(
        [Reason.unreachable, .timedOut, .tlsFailed, .unauthorized, .circuitOpen, .bigPeerNotReady].map(\.rawValue)
    )

    private func consequenceLines(width: Int?) -> [String] {
        let held = self.findings.filter(self.isConsequence)
        guard !held.isEmpty else { return [] }
        let shown = held.prefix(Self.shownConsequences).map { "\($0.kind.singular)/\($0.key.name)" }
        let rest = held.count - shown.count
        let list = shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return "held up by this: \(list)".wrapped(to: width.map { max(20, $0 - 4) }).map { "    \($0)" }
    }

    private static let shownConsequences = 8

    private var state: String {
        guard let health = self.health else { return "does not exist" }
        return switch (health.level, self.reachable) {
        case (.suspended, _): "suspended"
        case (.terminating, _): "being deleted"
        case (_, .true): "reachable"
        case (_, .false): Self.obstruction(health.reason)
        case (_, .unknown): "not looked at yet"
        }
    }

    /// Why nothing comes of asking a Big Peer: not every obstacle is on the way there.
    private static func obstruction(_ reason: String) -> String {
        switch Reason(rawValue: reason) {
        case .secretNotFound: "not asked: a Secret is missing"
        case .secretInvalid, .secretUnreadable: "not asked: a Secret cannot be used"
        case .invalidSpec: "not asked: its spec is not valid"
        case .unauthorized, .forbidden: "refuses the credentials"
        default: "not reachable"
        }
    }
}

extension StatusReport.Topology {
    fileprivate func lines(now: Timestamp, width: Int?, paint: Paint) -> [String] {
        let sign = paint(self.health.level.sign, self.health.level.tone)
        let pairs = "\(self.readyPairs) of \(self.pairs.of("pair")) ready"
        var lines = ["\(sign) \(paint(self.key.description, .strong))  \(self.shape.oneLine), \(pairs)"]
        guard !self.health.isWell else { return lines }
        let since = self.health.since.isEmpty ? "" : " for \(now.age(since: self.health.since))"
        lines[0] += "  \(self.health.reason.oneLine)\(since)"
        let texts = [(" ", self.health.message.oneLine)] + (self.health.advice.map { [("→", $0)] } ?? [])
        for (mark, text) in texts {
            for (index, line) in text.wrapped(to: width.map { max(20, $0 - 6) }).enumerated() {
                lines.append("    \(index == 0 ? mark : " ") \(line)")
            }
        }
        return lines
    }
}

extension StatusReport.Finding {
    fileprivate func lines(now: Timestamp, width: Int?, paint: Paint) -> [String] {
        let sign = paint(self.health.level.sign, self.health.level.tone)
        let since = self.health.since.isEmpty ? "" : " for \(now.age(since: self.health.since))"
        var lines = ["    \(sign) \(self.kind.singular)/\(self.key.name)  \(self.health.reason.oneLine)\(since)"]
        guard self.health.level != .suspended else { return lines }
        lines += Self.paragraph(self.health.message.oneLine, mark: " ", width: width)
        if let advice = self.health.advice { lines += Self.paragraph(advice, mark: "→", width: width) }
        return lines
    }

    private static func paragraph(_ text: String, mark: String, width: Int?) -> [String] {
        text.wrapped(to: width.map { max(20, $0 - 8) }).enumerated()
            .map { "      \($0.offset == 0 ? mark : " ") \($0.element)" }
    }
}

extension StatusReport.Sessions {
    /// `1 of 2 sessions live, 120 changes behind (3 s)`; `nil` when nobody measures.
    fileprivate var sentence: String? {
        guard self.total > 0 else { return self.waiting > 0 ? "no session: no other peer is connected" : nil }
        let live = "\(self.live) of \(self.total.of("session")) live"
        guard self.lagChanges > 0 else { return live }
        let age = self.lagMilliseconds > 0 ? " (\(Duration.milliseconds(self.lagMilliseconds).goText))" : ""
        return "\(live), \(Int(clamping: self.lagChanges).of("change")) behind\(age)"
    }
}

extension StatusReport.Count {
    /// `2 of 3 replications synced`; `nil` when there are none.
    fileprivate func sentence(_ noun: String) -> String? {
        self.total == 0 ? nil : "\(self.synced) of \(self.total.of(noun)) synced"
    }
}
