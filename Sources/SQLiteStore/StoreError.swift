import GRDB

/// Why a store cannot be opened, and what to do about it.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed list of things that can be wrong.
    package enum Reason: Sendable, Hashable {
        /// Another process, or another part of this one, has the store open.
        case inUse(pid: Int32?)
        /// The folder or file cannot be written.
        case notWritable(String)
        /// The disk is full.
        case diskFull
        /// The file is not a SQLite file, or is a broken one.
        case damaged(String)
        /// The file is a SQLite file of some other program.
        case foreign
        /// A newer Peerage wrote the file.
        case newerSchema(found: Int, supported: Int)
        /// Something else that SQLite reports.
        case other(String)
    }

    /// What is wrong.
    package let reason: Reason
    /// The file or folder.
    package let path: String

    /// What is wrong, where, and what to do next.
    package var description: String {
        switch self.reason {
        case .inUse(let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return "the store in \(self.path) is in use by \(holder): stop it, or choose another data folder"
        case .notWritable(let why):
            return "cannot write the store at \(self.path) (\(why)): "
                + "check that the folder exists on a writable disk and belongs to this user"
        case .diskFull: return "no space left for the store at \(self.path): free some space, then start again"
        case .damaged(let why):
            return "the store file \(self.path) is damaged (\(why)): restore it from a backup, "
                + "or move it away to start empty and apply the manifests again"
        case .foreign:
            return "\(self.path) belongs to another program: choose another data folder"
        case .newerSchema(let found, let supported):
            return "the store file \(self.path) has format \(found), this version of Peerage reads up to \(supported): "
                + "run a version that is at least as new as the one that wrote it"
        case .other(let why): return "cannot open the store at \(self.path): \(why)"
        }
    }
}

extension StoreError {
    /// Names an error of SQLite.
    init(_ error: any Error, path: String) {
        if let known = error as? StoreError {
            self = known
            return
        }
        let message = (error as? DatabaseError)?.message ?? "\(error)"
        let reason: Reason =
            switch (error as? DatabaseError)?.resultCode {
            // A row that does not hold what its table promises.
            case nil where error is RowDecodingError: .damaged(message)
            case .some(.SQLITE_NOTADB), .some(.SQLITE_CORRUPT): .damaged(message)
            case .some(.SQLITE_READONLY), .some(.SQLITE_CANTOPEN), .some(.SQLITE_PERM): .notWritable(message)
            case .some(.SQLITE_FULL): .diskFull
            case .some(.SQLITE_BUSY), .some(.SQLITE_LOCKED): .inUse(pid: nil)
            default: .other(message)
            }
        self.init(reason: reason, path: path)
    }
}
