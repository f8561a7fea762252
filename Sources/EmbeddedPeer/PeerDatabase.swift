import GRDB
import NIOCore
import PeerModel

/// The SQLite file that makes a peer's state durable.
///
/// *Guarantees:* what `write` has returned for survives a kill of the process and a loss of power (WAL with
/// `synchronous = FULL`: "transactions are durable", https://www.sqlite.org/pragma.html#pragma_synchronous).
/// *Assumptions:* nobody else writes to the file; `DirectoryLock` sees to that.
final class PeerDatabase: Sendable {
    /// "PRGE" in ASCII: tells this file from those of other programs.
    private static let applicationID = 0x5052_4745
    private static let schemaVersion = 1

    private let queue: DatabaseQueue
    private let path: String

    /// Opens the file, or makes it.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: What keeps the file from being used, and what to do about it.
    init(path: String) throws(EmbeddedPeerError) {
        self.path = path
        try PrivateFile.make(path)
        do {
            var configuration = Configuration()
            configuration.label = "peerage.embedded-peer"
            // Only a person with an SQLite shell can be in the way, and not for long.
            configuration.busyMode = .timeout(5)
            self.queue = try DatabaseQueue(path: path, configuration: configuration)
            let found = try self.queue.writeWithoutTransaction { db in try Self.prepare(db) }
            switch found {
            case .usable: break
            case .newer(let version):
                throw EmbeddedPeerError.storageNewer(path: path, found: version, supported: Self.schemaVersion)
            case .foreign: throw EmbeddedPeerError.storageForeign(path: path)
            case .damaged(let detail): throw EmbeddedPeerError.storageDamaged(path: path, detail: detail)
            }
        } catch let error as EmbeddedPeerError {
            throw error
        } catch {
            throw Self.explain(error, path: path)
        }
    }

    private enum Found {
        case usable
        case newer(Int)
        case foreign
        case damaged(String)
    }

    /// Looks at the file before anything is written into it, then brings it to the present schema.
    private static func prepare(_ db: Database) throws -> Found {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard application == self.applicationID || (application == 0 && tables == 0) else { return .foreign }
        guard version <= self.schemaVersion else { return .newer(version) }
        let check = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        guard check == "ok" else { return .damaged(check ?? "no answer from quick_check") }
        _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL")
        guard version < 1 else { return .usable }
        try db.inTransaction(.immediate) {
            try db.execute(sql: self.schema)
            return .commit
        }
        return .usable
    }

    private static let schema = """
        CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE app (name TEXT PRIMARY KEY NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
        CREATE TABLE replication (
            name TEXT PRIMARY KEY NOT NULL,
            app TEXT NOT NULL REFERENCES app (name) ON DELETE CASCADE,
            body TEXT NOT NULL
        );
        CREATE INDEX replication_by_app ON replication (app);
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(schemaVersion);
        """

    /// Reads everything.
    func load() throws(EmbeddedPeerError) -> PeerState {
        do {
            return try self.queue.read { db in
                var state = PeerState()
                let apps = try Row.fetchCursor(db, sql: "SELECT name, id, body FROM app")
                while let row = try apps.next() {
                    let body = ByteBuffer(string: try row.decode(String.self, atIndex: 2))
                    let app = StoredApp(id: try row.decode(atIndex: 1), body: body)
                    state.perform(.putApp(name: try row.decode(atIndex: 0), app))
                }
                let replications = try Row.fetchCursor(db, sql: "SELECT name, app, body FROM replication")
                while let row = try replications.next() {
                    let name = try row.decode(String.self, atIndex: 0)
                    let body = ByteBuffer(string: try row.decode(String.self, atIndex: 2))
                    let replication = StoredReplication(app: try row.decode(atIndex: 1), body: body)
                    guard replication.decoded?.name == name else {
                        throw EmbeddedPeerError.storageDamaged(
                            path: self.path,
                            detail: "replication \(name) is unreadable"
                        )
                    }
                    state.perform(.putReplication(name: name, replication))
                }
                return state
            }
        } catch let error as EmbeddedPeerError {
            throw error
        } catch {
            throw Self.explain(error, path: self.path)
        }
    }

    /// Reads the apps of a peer's file, whether the peer runs or not; nothing is written there.
    ///
    /// - Parameter path: The file's path.
    /// - Returns: The apps in the order of their names.
    /// - Throws: What keeps the file from being read.
    static func apps(in path: String) throws(EmbeddedPeerError) -> [PeerApp] {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                guard try Int.fetchOne(db, sql: "PRAGMA application_id") == self.applicationID else {
                    throw EmbeddedPeerError.storageForeign(path: path)
                }
                return try Row.fetchAll(db, sql: "SELECT name, id FROM app ORDER BY name").map { row in
                    PeerApp(name: try row.decode(atIndex: 0), appID: try row.decode(String.self, atIndex: 1))
                }
            }
        } catch let error as EmbeddedPeerError {
            throw error
        } catch {
            throw self.explain(error, path: path)
        }
    }

    /// Runs work on the database's own thread, after what is there already.
    func schedule(_ work: @escaping @Sendable (PeerTransaction) -> Void) {
        self.queue.asyncWriteWithoutTransaction { db in work(PeerTransaction(db)) }
    }

    /// Reads a remark that outlives the process.
    func meta(_ key: String) throws(EmbeddedPeerError) -> String? {
        do {
            return try self.queue.read { db in
                try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
            }
        } catch {
            throw Self.explain(error, path: self.path)
        }
    }

    /// Writes a remark that outlives the process.
    func setMeta(_ key: String, _ value: String) throws(EmbeddedPeerError) {
        do {
            try self.queue.write { db in
                try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)", arguments: [key, value])
            }
        } catch {
            throw Self.explain(error, path: self.path)
        }
    }

    /// Forgets a remark.
    func removeMeta(_ key: String) throws(EmbeddedPeerError) {
        do {
            try self.queue.write { db in
                try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [key])
            }
        } catch {
            throw Self.explain(error, path: self.path)
        }
    }

    /// The apps that were deleted and whose files may still be there.
    func deletedApps() throws(EmbeddedPeerError) -> [String] {
        do {
            return try self.queue.read { db in
                try String.fetchAll(
                    db,
                    sql: "SELECT substr(key, ?) FROM meta WHERE key GLOB ?",
                    arguments: [Self.deletedApp.count + 1, Self.deletedApp + "*"]
                )
            }
        } catch {
            throw Self.explain(error, path: self.path)
        }
    }

    /// How the keys of such remarks begin; an app's id follows.
    static let deletedApp = "deletedApp:"

    /// Writes the log back into the file and closes it.
    func close() throws {
        try self.queue.close()
    }

    private static func explain(_ error: any Error, path: String) -> EmbeddedPeerError {
        guard let error = error as? DatabaseError else { return .storageFailed(path: path, detail: "\(error)") }
        let detail = error.message ?? error.resultCode.description
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .storageDamaged(path: path, detail: detail)
        default: .storageFailed(path: path, detail: detail)
        }
    }
}
