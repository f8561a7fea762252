import FoundationEssentials
import GRDB
import KubernetesModel

extension Database {
    /// Reads one object's JSON; `nil` when there is none.
    func body(kind: String, _ key: ObjectKey) throws -> (id: Int64, bytes: [UInt8])? {
        let statement = try self.cachedStatement(
            sql: "SELECT id, body FROM object WHERE kind = ? AND namespace = ? AND name = ?"
        )
        let rows = try Row.fetchCursor(statement, arguments: [kind, key.namespace, key.name])
        guard let row = try rows.next() else { return nil }
        return (try row.decode(atIndex: 0), try row.bytes(at: 1))
    }

    /// Reads one object; `nil` when there is none.
    func object(kind: String, _ key: ObjectKey) throws -> StoredObject? {
        guard let found = try self.body(kind: kind, key) else { return nil }
        return StoredObject(id: found.id, object: try Object(stored: found.bytes))
    }

    /// Reads all objects' JSON of a kind, ordered by key.
    func bodies(kind: String, namespace: String?) throws -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        try self.eachBody(kind: kind, namespace: namespace) { bodies.append($0) }
        return bodies
    }

    /// Goes through all objects' JSON of a kind, ordered by key.
    func eachBody(kind: String, namespace: String?, _ take: ([UInt8]) throws -> Void) throws {
        let rows: RowCursor
        if let namespace {
            let sql = "SELECT body FROM object WHERE kind = ? AND namespace = ? ORDER BY name"
            rows = try Row.fetchCursor(try self.cachedStatement(sql: sql), arguments: [kind, namespace])
        } else {
            let sql = "SELECT body FROM object WHERE kind = ? ORDER BY namespace, name"
            rows = try Row.fetchCursor(try self.cachedStatement(sql: sql), arguments: [kind])
        }
        while let row = try rows.next() { try take(try row.bytes(at: 0)) }
    }

    /// The version of the last change that this connection sees.
    func lastVersion() throws -> Int64 {
        let statement = try self.cachedStatement(sql: "SELECT version FROM version WHERE kind = ''")
        return try Int64.fetchOne(statement) ?? 0
    }

    /// Reads a setting.
    func setting(_ name: String) throws -> [UInt8]? {
        let statement = try self.cachedStatement(sql: "SELECT value FROM setting WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [name])?.bytes(at: 0)
    }
}

extension Row {
    /// A copy of a blob.
    func bytes(at index: Int) throws -> [UInt8] {
        try self.withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } ?? [] }
    }
}
