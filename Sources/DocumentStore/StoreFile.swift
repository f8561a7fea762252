import Documents
import FoundationEssentials
import GRDB
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opening an app's file: whose it is, whether it is sound, which guid it has, and what it holds.
enum StoreFile {
    /// What was found in the file.
    struct Contents: Sendable {
        var guid = ""
        var clock = HybridTime(rawValue: 0)
        var mark = FileMark(digits: "", generation: 0, usn: 0)
        var usn: UInt64 = 0
        var purged: UInt64 = 0
        var keys = KeyTable()
        var directory = StorePublished.Directory()
    }

    /// After a loss of power so many USNs are left out: those of rows that were visible here and not yet durable must
    /// not mean something else to anybody who has seen them.
    static let gapAfterPowerLoss: UInt64 = 1 << 20

    /// 32 hexadecimal digits of chance.
    static func newGUID() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Makes an empty file that only its owner can read, unless there is a file; SQLite's log takes the file's mode.
    static func makePrivate(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path: path, detail: String(cString: strerror(errno))) }
        close(descriptor)
    }

    /// Makes a file durable.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(path: path, detail: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .failed(path: path, detail: String(cString: strerror(errno))) }
    }

    /// Makes a folder's list of files durable.
    static func syncFolder(of path: String) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static let selectState = """
        SELECT guid, last_usn, purged_usn, clock, boot, clean, inode, mark, generation FROM state WHERE id = 1
        """

    /// How every connection is set up.
    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "peerage.document-store"
        // Only a person with an SQLite shell can be in the way, and not for long.
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = \(StoreSchema.pageSize)")
            // Kilobytes: the writer comes back to the pages of old rows, readers go over pages once.
            try db.execute(sql: "PRAGMA cache_size = -\(db.configuration.readonly ? 4_096 : 32_768)")
            // 64 MB of log between two moves of pages into the file.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
        }
        return configuration
    }

    /// Looks at a file before anything is written into it.
    static func examine(_ db: Database, path: String) throws {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard application == StoreSchema.applicationID || (application == 0 && tables == 0) else {
            throw StoreError.foreign(path: path)
        }
        guard version <= StoreSchema.version else {
            throw StoreError.newer(path: path, found: version, supported: StoreSchema.version)
        }
    }

    /// Makes the tables if there are none, decides on the guid, and reads what the memory must know.
    ///
    /// - Parameters:
    ///   - db: The writer's connection.
    ///   - path: The file's path; `nil`: in memory.
    ///   - boot: The mark of the machine's last start.
    /// - Returns: The contents.
    /// - Throws: `StoreError`, or what SQLite refuses.
    static func prepare(_ db: Database, path: String?, boot: String) throws -> Contents {
        let name = path ?? "the store in memory"
        try self.examine(db, path: name)
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if version == 0 {
            try db.inTransaction(.immediate) {
                try StoreSchema.make(db)
                try db.execute(
                    sql: "INSERT INTO state VALUES (1, ?, 0, 0, 0, ?, 1, 0, '', 0)",
                    arguments: [self.newGUID(), boot]
                )
                return .commit
            }
        } else if version < StoreSchema.version {
            try db.inTransaction(.immediate) {
                try StoreSchema.upgrade(db, from: version)
                return .commit
            }
        }
        guard let row = try Row.fetchOne(db, sql: self.selectState) else {
            throw StoreError.damaged(path: name, detail: "it does not say what it is")
        }
        let wasClean = try row.decode(Int64.self, atIndex: 5) == 1
        if !wasClean {
            let check = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
            guard check == "ok" else {
                throw StoreError.damaged(path: name, detail: check ?? "no answer from quick_check")
            }
        }
        var contents = Contents()
        contents.guid = try row.decode(String.self, atIndex: 0)
        contents.usn = UInt64(bitPattern: try row.decode(Int64.self, atIndex: 1))
        contents.purged = UInt64(bitPattern: try row.decode(Int64.self, atIndex: 2))
        contents.clock = HybridTime(rawValue: UInt64(bitPattern: try row.decode(Int64.self, atIndex: 3)))
        guard contents.usn <= WriteTransaction.maximumUSN else {
            throw StoreError.damaged(path: name, detail: "its last USN is \(contents.usn)")
        }
        contents.mark = FileMark(
            digits: try row.decode(String.self, atIndex: 7),
            generation: try row.decode(Int64.self, atIndex: 8),
            usn: contents.usn
        )
        let inode = path.map { FileMark.inode($0) } ?? 0
        if let path, try row.decode(Int64.self, atIndex: 6) != inode || !self.isOriginal(contents.mark, path) {
            contents.mark.digits = self.newGUID()
            // A new file keeps the guid that it was made with a moment ago.
            if contents.usn > 0 || contents.mark.generation > 0 { contents.guid = self.newGUID() }
        }
        if !wasClean, try row.decode(String.self, atIndex: 4) != boot {
            contents.usn = min(contents.usn + self.gapAfterPowerLoss, WriteTransaction.maximumUSN)
        }
        contents.mark.generation &+= 1
        contents.mark.usn = contents.usn
        try db.execute(
            sql: """
                UPDATE state SET guid = ?, last_usn = ?, boot = ?, clean = 0, inode = ?, mark = ?, generation = ?
                """,
            arguments: [
                contents.guid, Int64(contents.usn), boot, inode, contents.mark.digits, contents.mark.generation,
            ]
        )
        try self.load(&contents, db, name)
        return contents
    }

    /// Whether a file is the one that the note beside it was written for.
    private static func isOriginal(_ inside: FileMark, _ path: String) -> Bool {
        guard let outside = FileMark.read(path + ".mark") else { return false }
        // One ahead: the process was killed between the two writes.
        let isInStep = inside.generation == outside.generation || inside.generation == outside.generation &+ 1
        return inside.digits == outside.digits && isInStep && outside.usn <= inside.usn
    }

    /// Reads every key.
    private static func load(_ contents: inout Contents, _ db: Database, _ name: String) throws {
        for row in try Row.fetchAll(db, sql: "SELECT id, guid FROM origin") {
            contents.directory.addOrigin(try row.decode(atIndex: 1), try row.decode(atIndex: 0))
        }
        for row in try Row.fetchAll(db, sql: "SELECT id, name FROM collection ORDER BY id") {
            let id = CollectionID(rawValue: try row.decode(Int32.self, atIndex: 0))
            var collection = CollectionInfo(id: id, name: try row.decode(atIndex: 1))
            let statement = try RawStatement(db, "SELECT usn, deleted, id FROM document_\(id.rawValue)")
            while try statement.step() {
                let usn = statement.usn(0)
                guard usn <= contents.usn else {
                    throw StoreError.damaged(path: name, detail: "a change has USN \(usn), the last is \(contents.usn)")
                }
                contents.keys.insert(Fingerprint.of(statement.bytes(2), in: id), usn)
                if statement.isNull(1) { collection.documents += 1 } else { collection.tombstones += 1 }
            }
            statement.reset()
            contents.directory.add(collection)
        }
    }
}
