import GRDB
import KubernetesModel

/// The statuses that the store gives beyond the common ones.
extension APIStatus {
    /// One field of an object is wrong: `BigPeer "berlin" is invalid: metadata.name: Required value: …`.
    static func invalid(
        _ object: Object,
        field: String,
        _ word: String,
        reason: String,
        _ message: String
    ) -> APIStatus {
        APIStatus(
            .invalid,
            "\(object.kind) \"\(object.metadata.name)\" is invalid: \(field): \(word): \(message)",
            name: object.metadata.name,
            kind: object.kind,
            causes: [Cause(reason: reason, message: "\(word): \(message)", field: field)]
        )
    }

    /// The history no longer reaches back to a version.
    static func expired(_ version: Int64, oldest: Int64) -> APIStatus {
        APIStatus(.expired, "too old resource version: \(version) (\(oldest))")
    }

    /// The store is closed or closing.
    static let storeIsClosed = APIStatus(.serviceUnavailable, "the store is closed: the process is stopping")

    /// SQLite failed; nothing of what was asked for has happened.
    init(_ error: any Error, doing action: String) {
        if let status = error as? APIStatus {
            self = status
            return
        }
        if (error as? DatabaseError)?.resultCode == .SQLITE_MISUSE {
            // What GRDB says of a closed connection.
            self = .storeIsClosed
            return
        }
        let advice =
            switch (error as? DatabaseError)?.resultCode {
            case .some(.SQLITE_FULL): "; free some space or raise the store's limit, then try again"
            case .some(.SQLITE_CORRUPT), .some(.SQLITE_NOTADB):
                "; the store file is damaged: stop the process and restore the file from a backup"
            case .some(.SQLITE_READONLY), .some(.SQLITE_CANTOPEN), .some(.SQLITE_IOERR):
                "; check that the store's folder is mounted, writable and healthy"
            default: ""
            }
        let reason = (error as? DatabaseError)?.message ?? "\(error)"
        self.init(.internalError, "cannot \(action) the store: \(reason)\(advice)")
    }
}
