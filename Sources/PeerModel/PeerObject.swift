/// One thing that a Big Peer holds and Peerage keeps in agreement: the shared vocabulary of desired and observed.
package enum PeerObject: Sendable, Hashable {
    /// An app.
    case app(PeerApp)
    /// A replication of an app.
    case replication(PeerReplication)

    /// Whether an observed object is what this desired one asks for.
    package func isSatisfied(by observed: PeerObject) -> Bool {
        switch (self, observed) {
        case (.app(let desired), .app(let observed)): desired.appID == nil || desired.appID == observed.appID
        case (.replication(let desired), .replication(let observed)): desired == observed
        case (.app, .replication), (.replication, .app): false
        }
    }

    /// What changes from an observed object to this desired one, a line each, for people: `+ connections: a:4040`.
    package func differences(from observed: PeerObject?) -> [String] {
        switch (self, observed) {
        case (.app(let desired), .app(let observed)):
            guard let appID = desired.appID, appID != observed.appID else { return [] }
            return ["- appId: \(observed.appID ?? "none")", "+ appId: \(appID)"]
        case (.replication(let desired), .replication(let observed)):
            return desired.differences(from: observed)
        case (.app(let desired), _):
            return desired.appID.map { ["+ appId: \($0)"] } ?? []
        case (.replication(let desired), _):
            return desired.differences(
                from: PeerReplication(name: desired.name, connections: [], queriesByCollection: [:])
            )
        }
    }
}

extension PeerReplication {
    fileprivate func differences(from observed: PeerReplication) -> [String] {
        var lines = Self.differences("connections", from: observed.connections, to: self.connections)
        for collection in Set(self.queriesByCollection.keys).union(observed.queriesByCollection.keys).sorted() {
            lines += Self.differences(
                "queriesByCollection.\(collection)",
                from: observed.queriesByCollection[collection] ?? [],
                to: self.queriesByCollection[collection] ?? []
            )
        }
        if self.evictsOnLeave != observed.evictsOnLeave {
            lines += Self.differences(
                Self.leavePolicy,
                from: [observed.evictsOnLeave ? Self.evict : Self.keep],
                to: [self.evictsOnLeave ? Self.evict : Self.keep]
            )
        }
        return lines
    }

    private static func differences(_ label: String, from observed: [String], to desired: [String]) -> [String] {
        observed.filter { !desired.contains($0) }.map { "- \(label): \($0)" }
            + desired.filter { !observed.contains($0) }.map { "+ \(label): \($0)" }
    }
}
