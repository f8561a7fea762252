import JSON
import KubernetesModel
import Resources

extension StatusReport {
    /// The report for programs.
    ///
    /// Fields may be added; those that are there keep their names and meanings.
    package var json: JSONValue {
        [
            "version": 1,
            "healthy": .bool(self.isWell),
            "bigPeers": .array(self.groups.map(\.json)),
            "topologies": .array(self.topologies.map(\.json)),
            "manifests": self.folder?.json ?? .null,
        ]
    }
}

extension StatusReport.Group {
    fileprivate var json: JSONValue {
        [
            "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
            "exists": .bool(self.health != nil),
            "health": .string(self.level.word),
            "reachable": .string(self.reachable.rawValue),
            "embedded": .bool(self.isEmbedded),
            "url": .string(self.url),
            "apps": self.apps.json,
            "replications": self.replications.json,
            "sessions": self.sessions.json,
            "findings": .array(self.findings.map(\.json)),
        ]
    }
}

extension StatusReport.Topology {
    fileprivate var json: JSONValue {
        [
            "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
            "health": .string(self.health.level.word),
            "reason": .string(self.health.reason),
            "message": .string(self.health.message),
            "shape": .string(self.shape),
            "pairs": .integer(Int64(self.pairs)),
            "readyPairs": .integer(Int64(self.readyPairs)),
        ]
    }
}

extension StatusReport.Sessions {
    fileprivate var json: JSONValue {
        [
            "total": .integer(Int64(self.total)),
            "live": .integer(Int64(self.live)),
            "lagChanges": .integer(self.lagChanges),
            "lagMilliseconds": .integer(self.lagMilliseconds),
        ]
    }
}

extension StatusReport.Count {
    fileprivate var json: JSONValue { ["total": .integer(Int64(self.total)), "synced": .integer(Int64(self.synced))] }
}

extension StatusReport.Finding {
    fileprivate var json: JSONValue {
        [
            "kind": .string(self.kind.kind),
            "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
            "health": .string(self.health.level.word),
            "reason": .string(self.health.reason),
            "message": .string(self.health.message),
            "since": self.health.since.isEmpty ? .null : .string(self.health.since),
            "advice": self.health.advice.map(JSONValue.string) ?? .null,
        ]
    }
}
