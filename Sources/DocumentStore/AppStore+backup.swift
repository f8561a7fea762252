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
    /// - Parameters:
    ///   - destination: The copy's path; what is there is replaced when the copy is complete.
    ///   - note: What the copy says about itself.
    /// - Throws: What the system or SQLite refuses.
    package func backup(to destination: String, _ note: BackupNote? = nil) async throws(StoreError) {
        try Self.discard(destination + ".partial")
        try await self.read { db in try StoreCopy.write(db, to: destination + ".partial", note) }
        try Self.finish(destination)
    }

    /// Copies a store's file as another process has it open, or nobody.
    ///
    /// - Parameters:
    ///   - path: The store's path; nothing is written there.
    ///   - destination: The copy's path; what is there is replaced when the copy is complete.
    ///   - note: What the copy says about itself.
    /// - Returns: What the copy holds.
    /// - Throws: What is wrong with the file, or what the system refuses.
    package static func backup(
        of path: String,
        to destination: String,
        _ note: BackupNote
    ) throws(StoreError) -> StoreContents {
        guard FileMark.inode(path) != FileMark.inode(destination) else {
            throw .failed(path: destination, detail: "this is the store itself; name another file")
        }
        try self.discard(destination + ".partial")
        do {
            let source = try StoreCopy.open(path)
            try source.read { db in
                try StoreCopy.examine(db, path)
                try StoreCopy.write(db, to: destination + ".partial", note)
            }
            try source.close()
            try self.finish(destination)
            return try self.contents(of: destination)
        } catch {
            try? self.discard(destination + ".partial")
            throw StoreError(error, path: path)
        }
    }

    /// Says what a store's file holds, or a backup; nothing is written there.
    ///
    /// - Parameter path: The file's path.
    /// - Returns: The contents.
    /// - Throws: What is wrong with the file.
    package static func contents(of path: String) throws(StoreError) -> StoreContents {
        do {
            let file = try StoreCopy.open(path)
            defer { try? file.close() }
            return try file.read { db in
                try StoreCopy.examine(db, path)
                return try StoreCopy.contents(db)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Puts a backup in the place of a store's file, which nobody may have open.
    ///
    /// The restored store has another guid, so that other peers look through it from the beginning. When it is
    /// interrupted the backup is untouched, and doing it again completes it.
    ///
    /// - Parameters:
    ///   - backup: The backup's path; nothing is written there.
    ///   - path: The store's path.
    /// - Throws: What is wrong with the backup, or what the system refuses.
    package static func restore(from backup: String, to path: String) throws(StoreError) {
        let partial = path + ".partial"
        try self.discard(partial)
        do {
            let source = try StoreCopy.open(backup)
            try source.read { db in
                try StoreCopy.examine(db, backup)
                let check = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
                guard check == "ok" else {
                    throw StoreError.damaged(path: backup, detail: check ?? "no answer from quick_check")
                }
                try StoreCopy.write(db, to: partial, nil)
            }
            try source.close()
        } catch {
            try? self.discard(partial)
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

    /// Puts a complete copy in its place.
    private static func finish(_ destination: String) throws(StoreError) {
        try StoreFile.sync(destination + ".partial")
        // What SQLite has left beside a file that was there before would be taken for changes of this one.
        for name in [destination + "-wal", destination + "-shm"] { try self.remove(name) }
        guard rename(destination + ".partial", destination) == 0 else {
            throw .failed(path: destination, detail: String(cString: strerror(errno)))
        }
        StoreFile.syncFolder(of: destination)
    }

    /// Removes a store's file and what belongs to it.
    private static func discard(_ path: String) throws(StoreError) {
        for name in [path, path + "-wal", path + "-shm", path + ".mark"] { try self.remove(name) }
    }

    private static func remove(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .failed(path: path, detail: String(cString: strerror(errno)))
        }
    }
}
