import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A note beside a store's file by which a copy of the file, or an older one put back, is told from the file itself.
///
/// ```
/// app-….sqlite.mark:  <32 hex digits> <generation> <usn>\n
/// ```
/// The file holds the same digits and generation, and its own inode. The generation grows with each opening and closing,
/// first in the file, then in the note; so a file that is behind the note is an older one. What cannot be seen is a
/// disk that was set back as a whole.
struct FileMark: Equatable, Sendable {
    /// Chance, made anew for each new guid.
    var digits: String
    /// Grows with each opening and closing.
    var generation: Int64
    /// The last USN when the note was written.
    var usn: UInt64

    /// Reads the note; `nil` when there is none that can be read.
    static func read(_ path: String) -> FileMark? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard parts.count == 3, let generation = Int64(parts[1]), let usn = UInt64(parts[2]) else { return nil }
        return FileMark(digits: String(parts[0]), generation: generation, usn: usn)
    }

    /// Writes the note, durably, in place of an older one.
    func write(_ path: String) throws(StoreError) {
        let text = Array("\(self.digits) \(self.generation) \(self.usn)\n".utf8)
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        guard pwrite(descriptor, text, text.count, 0) == text.count, fdatasync(descriptor) == 0,
            rename(temporary, path) == 0
        else { throw Self.failure(path) }
    }

    /// The inode of a file; zero when there is none.
    static func inode(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(truncatingIfNeeded: status.st_ino) : 0
    }

    private static func failure(_ path: String) -> StoreError {
        .failed(path: path, detail: String(cString: strerror(errno)))
    }
}
