import FoundationEssentials
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension AppStore {
    /// Copies the store, as it is at one moment, into a file of its own, while others read and write.
    ///
    /// Whoever opens that file gets a store with another guid.
    ///
    /// - Parameter destination: The copy's path; what is there is replaced when the copy is complete.
    /// - Throws: What the system or SQLite refuses.
    package func backup(to destination: String) async throws(StoreError) {
        let partial = destination + ".partial"
        try Self.discard(partial)
        try StoreFile.makePrivate(partial)
        try await self.read { db in
            let copy = try DatabaseQueue(path: partial, configuration: Configuration())
            try copy.writeWithoutTransaction { target in
                try db.backup(to: target)
                // No note beside a file will ever match, and there is nothing that a crash could have left.
                try target.execute(sql: "UPDATE state SET mark = '', clean = 1")
            }
            try copy.close()
        }
        try StoreFile.sync(partial)
        guard rename(partial, destination) == 0 else {
            throw .failed(path: destination, detail: String(cString: strerror(errno)))
        }
        StoreFile.syncFolder(of: destination)
    }

    /// Puts a backup in the place of a store's file, which nobody may have open.
    ///
    /// The restored store has another guid, so that other peers look through it from the beginning. When it is
    /// interrupted the backup is untouched, and doing it again completes it.
    ///
    /// - Parameters:
    ///   - backup: The backup's path.
    ///   - path: The store's path.
    /// - Throws: What is wrong with the backup, or what the system refuses.
    package static func restore(from backup: String, to path: String) throws(StoreError) {
        guard FileMark.inode(backup) != 0 else { throw .failed(path: backup, detail: "there is no such file") }
        let partial = path + ".partial"
        try self.discard(partial)
        try StoreFile.makePrivate(partial)
        do {
            let source = try DatabaseQueue(path: backup, configuration: Configuration())
            try source.writeWithoutTransaction { db in
                try StoreFile.examine(db, path: backup)
                guard try Int.fetchOne(db, sql: "PRAGMA user_version") != 0 else {
                    throw StoreError.foreign(path: backup)
                }
                let check = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
                guard check == "ok" else {
                    throw StoreError.damaged(path: backup, detail: check ?? "no answer from quick_check")
                }
                let copy = try DatabaseQueue(path: partial, configuration: Configuration())
                try copy.writeWithoutTransaction { target in
                    try db.backup(to: target)
                    try target.execute(sql: "UPDATE state SET mark = '', clean = 1")
                }
                try copy.close()
            }
            try source.close()
        } catch {
            throw StoreError(error, path: backup)
        }
        try StoreFile.sync(partial)
        // The old file goes before its log does: without its log it would look sound, and be old.
        try self.discard(path)
        guard rename(partial, path) == 0 else {
            throw .failed(path: path, detail: String(cString: strerror(errno)))
        }
        StoreFile.syncFolder(of: path)
    }

    /// Removes a store's file and what belongs to it.
    private static func discard(_ path: String) throws(StoreError) {
        for name in [path, path + "-wal", path + "-shm", path + ".mark"] {
            guard unlink(name) == 0 || errno == ENOENT else {
                throw .failed(path: name, detail: String(cString: strerror(errno)))
            }
        }
    }
}
