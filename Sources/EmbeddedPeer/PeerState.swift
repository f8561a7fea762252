import NIOCore

/// What a Big Peer holds: a value, small enough to stay in memory.
///
/// *Guarantees:* app ids are unique; replication names are unique whatever their app; every replication has an app.
struct PeerState: Sendable {
    /// The apps by name.
    private(set) var apps: [String: StoredApp] = [:]
    /// The replications of all apps by name.
    private(set) var replications: [String: StoredReplication] = [:]
    /// Who has an app id.
    private(set) var appNames: [String: String] = [:]

    private var cachedAppList: ByteBuffer?

    /// Takes one step; deciding whether it is allowed comes before, in `decide`.
    mutating func perform(_ change: PeerChange) {
        switch change {
        case .putApp(let name, let app):
            self.apps[name] = app
            self.appNames[app.id] = name
            self.cachedAppList = nil
        case .deleteApp(let name):
            guard let app = self.apps.removeValue(forKey: name) else { return }
            self.appNames[app.id] = nil
            self.cachedAppList = nil
            self.replications = self.replications.filter { $0.value.app != name }
        case .putReplication(let name, let replication):
            self.replications[name] = replication
        case .deleteReplication(let name):
            self.replications[name] = nil
        }
    }

    /// The body of `GET …/app`: one page with all apps in the order of their names.
    mutating func appList() -> ByteBuffer {
        if let cachedAppList = self.cachedAppList { return cachedAppList }
        var list = ByteBuffer(string: #"{"meta":{"page":1,"size":\#(self.apps.count),"totalPages":1},"data":["#)
        var isFirst = true
        for (_, app) in self.apps.sorted(by: { $0.key < $1.key }) {
            if !isFirst { list.writeInteger(UInt8(ascii: ",")) }
            isFirst = false
            list.writeImmutableBuffer(app.body)
        }
        list.writeStaticString("]}")
        self.cachedAppList = list
        return list
    }

    /// The body of `GET …/app/{name}`.
    func app(_ name: String) throws(PeerAPIError) -> StoredApp {
        guard let app = self.apps[name] else { throw .appNotFound }
        return app
    }

    /// The body of `GET …/bigPeerReplication/{name}`.
    func replication(_ name: String, of app: String) throws(PeerAPIError) -> StoredReplication {
        guard let replication = self.replications[name] else { throw .replicationNotFound }
        guard replication.app == app else { throw .appNameMismatch }
        return replication
    }
}
