import NIOCore
import PeerModel

/// What comes of a command: the body to answer with, and the step to take before that.
struct PeerDecision: Sendable {
    /// The body of the 200.
    let reply: ByteBuffer
    /// What changes; `nil` when all is as asked already.
    let change: PeerChange?
}

extension PeerState {
    /// Decides what a command comes to in this state.
    ///
    /// - Parameter command: What a client asks for.
    /// - Returns: The answer, and the step that must be durable before the answer is given.
    /// - Throws: Why the API refuses.
    func decide(_ command: PeerCommand) throws(PeerAPIError) -> PeerDecision {
        switch command {
        case .createApp(let name, let id, let authProviders):
            return try self.createApp(name, StoredApp(name: name, id: id, authProviders: authProviders))
        case .updateApp(let name, let fields):
            let current = try self.app(name)
            try fields.requireUnchanged(name: name)
            try fields.requireUnchanged(appID: current.id)
            guard let authProviders = try fields.authProviders() else {
                throw .invalidField(path: "authProviders", problem: "is missing; expected an object")
            }
            let app = StoredApp(name: name, id: current.id, authProviders: authProviders)
            return PeerDecision(reply: app.body, change: app == current ? nil : .putApp(name: name, app))
        case .deleteApp(let name):
            _ = try self.app(name)
            return PeerDecision(reply: Self.null, change: .deleteApp(name: name))
        case .createReplication(let replication, let app): return try self.createReplication(replication, app)
        case .replaceReplication(let name, let app, let fields):
            let current = try self.replication(name, of: app)
            let nothing = PeerReplication(name: name, connections: [], queriesByCollection: [:])
            return try Self.update(current, fields, before: nothing)
        case .patchReplication(let name, let app, let fields):
            let current = try self.replication(name, of: app)
            // The peer wrote these bytes itself; should they not be readable after all, nothing is changed.
            guard let old = current.decoded else { throw .notStored }
            return try Self.update(current, fields, before: old)
        case .deleteReplication(let name, let app):
            _ = try self.replication(name, of: app)
            return PeerDecision(reply: Self.null, change: .deleteReplication(name: name))
        }
    }

    private static let null = ByteBuffer(string: "null")

    private func createApp(_ name: String, _ app: StoredApp) throws(PeerAPIError) -> PeerDecision {
        guard self.apps[name] == nil else { throw .appExists(name: name) }
        if let holder = self.appNames[app.id] { throw .appIDNotUnique(holder: holder) }
        return PeerDecision(reply: app.body, change: .putApp(name: name, app))
    }

    private func createReplication(_ replication: PeerReplication, _ app: String) throws(PeerAPIError) -> PeerDecision {
        guard self.apps[app] != nil else { throw .appNotFound }
        if let existing = self.replications[replication.name] {
            throw .replicationExists(name: replication.name, app: existing.app)
        }
        let stored = StoredReplication(replication, app: app)
        return PeerDecision(reply: stored.body, change: .putReplication(name: replication.name, stored))
    }

    private static func update(
        _ current: StoredReplication,
        _ fields: BodyFields,
        before: PeerReplication
    ) throws(PeerAPIError) -> PeerDecision {
        try fields.requireUnchanged(name: before.name)
        let replication = PeerReplication(
            name: before.name,
            connections: try fields.connections() ?? before.connections,
            queriesByCollection: try fields.queriesByCollection() ?? before.queriesByCollection,
            evictsOnLeave: try fields.evictsOnLeave() ?? before.evictsOnLeave
        )
        let stored = StoredReplication(replication, app: current.app)
        return PeerDecision(
            reply: stored.body,
            change: stored == current ? nil : .putReplication(name: before.name, stored)
        )
    }
}
