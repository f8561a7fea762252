import FoundationEssentials
import GRDB
import JSON
import KubernetesModel

/// One transaction of the writer: gives versions away, writes rows, and collects what to tell the watchers.
///
/// Several clients' writes share a transaction. Each decides first and writes then, so a write that is refused has
/// changed nothing and does not disturb the others.
struct WriteTransaction {
    /// The largest object that is let in, as JSON; etcd has the same limit.
    static let maximumObjectBytes = 1_572_864

    /// The writer.
    let database: Database
    /// RFC 3339; one time for the whole transaction.
    let now: String
    /// The last version that was given away.
    private(set) var version: Int64
    /// What has changed, in the order of versions.
    private(set) var changes: [Change] = []
    /// When to look for old Events.
    var retention: EventRetention
    /// What was written last.
    var recent: RecentObjects
    private var seconds: Int64?

    /// An object with its new version, and the change to be written.
    typealias Encoded = (object: Object, change: Change)

    /// Starts collecting.
    init(_ database: Database, now: String, version: Int64, retention: EventRetention, recent: RecentObjects) {
        self.database = database
        self.now = now
        self.version = version
        self.retention = retention
        self.recent = recent
    }

    /// Gives an object a new version and encodes it; writes nothing yet.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - kind: The kind, as the database names it.
    ///   - sort: What is about to happen to it.
    /// - Returns: The object with its version, and the change to be written.
    /// - Throws: `RequestEntityTooLarge` when the object is over the limit; never for one that is on its way out.
    mutating func encode(
        _ object: Object,
        kind: String,
        as sort: Change.Sort
    ) throws(APIStatus) -> Encoded {
        self.version += 1
        var object = object
        object.metadata.resourceVersion = String(self.version)
        let body = object.json.bytes
        let isLeaving = sort == .deleted || object.metadata.isBeingDeleted
        guard isLeaving || body.count <= Self.maximumObjectBytes else {
            throw APIStatus(
                .requestEntityTooLarge,
                "\(object.kind) \"\(object.metadata.name)\" takes \(body.count) bytes as JSON, "
                    + "the limit is \(Self.maximumObjectBytes)",
                name: object.metadata.name
            )
        }
        let change = Change(
            version: self.version,
            sort: sort,
            kind: kind,
            namespace: object.metadata.namespace,
            body: body,
            decoded: Change.Decoded(object)
        )
        return (object, change)
    }

    /// Writes a new object.
    mutating func insert(_ new: Encoded) throws {
        let change = new.change
        let sql = "INSERT INTO object (kind, namespace, name, version, expires, body) VALUES (?, ?, ?, ?, ?, ?)"
        try self.database.cachedStatement(sql: sql).execute(arguments: [
            change.kind, change.namespace, new.object.metadata.name, change.version, try self.expiry(of: change),
            Data(change.body),
        ])
        self.recent.remember(
            StoredObject(id: self.database.lastInsertedRowID, object: new.object),
            kind: change.kind
        )
        self.changes.append(change)
    }

    /// Writes a changed object over its row.
    mutating func replace(_ next: Encoded, id: Int64) throws {
        let change = next.change
        let sql = "UPDATE object SET version = ?, expires = ?, body = ? WHERE id = ?"
        try self.database.cachedStatement(sql: sql).execute(arguments: [
            change.version, try self.expiry(of: change), Data(change.body), id,
        ])
        self.recent.remember(StoredObject(id: id, object: next.object), kind: change.kind)
        self.changes.append(change)
    }

    /// Removes an object's row.
    mutating func remove(_ last: Encoded, id: Int64) throws {
        try self.database.cachedStatement(sql: "DELETE FROM object WHERE id = ?").execute(arguments: [id])
        self.recent.forget(kind: last.change.kind, last.object.key)
        self.changes.append(last.change)
    }

    /// Reads one object; `nil` when there is none.
    mutating func object(kind: String, _ key: ObjectKey) throws -> StoredObject? {
        if let recent = self.recent.object(kind: kind, key) { return recent }
        guard let found = try self.database.object(kind: kind, key) else { return nil }
        self.recent.remember(found, kind: kind)
        return found
    }

    /// Writes down the versions that were given away; nothing may follow but the commit.
    mutating func finish() throws {
        if self.retention.isSweepDue(now: self.now) { try self.sweepEvents() }
        guard let last = self.changes.last else { return }
        var versions = ["": last.version]
        for change in self.changes { versions[change.kind] = change.version }
        let sql = "INSERT INTO version VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET version = excluded.version"
        let statement = try self.database.cachedStatement(sql: sql)
        for (kind, version) in versions { try statement.execute(arguments: [kind, version]) }
    }

    /// Writes or, with `nil`, removes a setting.
    func setSetting(_ name: String, _ value: [UInt8]?) throws {
        guard let value else {
            return try self.database.cachedStatement(sql: "DELETE FROM setting WHERE name = ?").execute(arguments: [
                name
            ])
        }
        let sql = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        try self.database.cachedStatement(sql: sql).execute(arguments: [name, Data(value)])
    }

    /// Until when an Event is kept, in seconds since 1970; `nil` for all other kinds.
    private mutating func expiry(of change: Change) throws -> Int64? {
        guard change.kind == ResourceKind.event.qualifiedPlural else { return nil }
        self.retention.noteWrite()
        return try self.secondsNow() + self.retention.limits.seconds
    }

    private mutating func secondsNow() throws -> Int64 {
        if let seconds = self.seconds { return seconds }
        let sql = "SELECT CAST(strftime('%s', ?) AS INTEGER)"
        let seconds = try Int64.fetchOne(try self.database.cachedStatement(sql: sql), arguments: [self.now]) ?? 0
        self.seconds = seconds
        return seconds
    }

    /// Removes Events that are over time or too many, the oldest first.
    private mutating func sweepEvents() throws {
        let now = try self.secondsNow()
        let counts = try Row.fetchOne(
            try self.database.cachedStatement(
                sql: "SELECT count(*), coalesce(sum(expires <= ?), 0) FROM object WHERE expires IS NOT NULL"
            ),
            arguments: [now]
        )
        guard let counts else { return }
        let surplus = try counts.decode(Int.self, atIndex: 0) - self.retention.limits.count
        let due = min(max(surplus, try counts.decode(atIndex: 1)), EventRetention.maximumPerSweep)
        guard due > 0 else { return }
        let sql = "SELECT id, body FROM object WHERE expires IS NOT NULL ORDER BY expires, version LIMIT ?"
        for row in try Row.fetchAll(try self.database.cachedStatement(sql: sql), arguments: [due]) {
            let object = try Object(stored: try row.bytes(at: 1))
            let gone = try self.encode(object, kind: ResourceKind.event.qualifiedPlural, as: .deleted)
            try self.remove(gone, id: try row.decode(atIndex: 0))
        }
    }
}
