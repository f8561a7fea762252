#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that only its owner can read.
enum PrivateFile {
    /// Makes an empty file with mode 0600 unless there is a file already.
    ///
    /// SQLite on its own would make one that everybody can read; its log takes the mode of the file.
    static func make(_ path: String) throws(EmbeddedPeerError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .storageFailed(path: path, detail: String(cString: strerror(errno)))
        }
        close(descriptor)
    }
}
