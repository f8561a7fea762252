#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads small files.
package enum TextFile {
    /// The longest file that is read.
    private static let maximumBytes = 8 << 20

    /// Reads a file.
    ///
    /// - Parameter path: The path; `~/` is the home folder.
    /// - Returns: The bytes; `nil` when there is no such file.
    /// - Throws: `unreadable` with the reason.
    package static func read(_ path: String) throws(KubeconfigError) -> [UInt8]? {
        let path = Self.expanded(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Self.failure(path, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= Self.maximumBytes {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
        }
        throw Self.failure(path, EFBIG)
    }

    private static func failure(_ path: String, _ code: Int32) -> KubeconfigError {
        KubeconfigError(.unreadable, "\(path): \(String(cString: strerror(code)))")
    }

    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst(1)
    }
}
