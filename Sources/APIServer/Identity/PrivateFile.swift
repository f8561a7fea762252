#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that only their owner may read: keys, tokens, kubeconfigs.
enum PrivateFile {
    /// Why a file cannot be read or written.
    struct Failure: Error, Hashable, CustomStringConvertible {
        let action: String
        let path: String
        let code: Int32

        /// What failed, where and why.
        var description: String {
            "cannot \(self.action) \(self.path): \(String(cString: strerror(self.code))); "
                + "check that the folder exists, is writable and belongs to the user who runs peerage"
        }
    }

    /// The longest file that is read.
    private static let maximumBytes = 1 << 20

    /// Reads a file; `nil` when there is none.
    static func read(_ path: String) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(action: "read", path: path, code: errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 8_192)
        while bytes.count <= Self.maximumBytes {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw Failure(action: "read", path: path, code: errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
        }
        throw Failure(action: "read", path: path, code: EFBIG)
    }

    /// Makes sure that a file holds a text and is readable for nobody else; one that already is so stays untouched, so
    /// that a full disk does not matter.
    static func ensure(_ path: String, holds text: String) throws(Failure) {
        var information = stat()
        let isPrivate = lstat(path, &information) == 0 && information.st_mode & (S_IFMT | 0o777) == S_IFREG | 0o600
        if isPrivate, (try? Self.read(path)) == Array(text.utf8) { return }
        try Self.replace(path, with: text)
    }

    /// Replaces a file in one step, readable for nobody else from its first moment on.
    static func replace(_ path: String, with text: String) throws(Failure) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else { throw Failure(action: "write", path: temporary, code: errno) }
        let code = Self.write(text, to: descriptor)
        close(descriptor)
        guard code == 0, rename(temporary, path) == 0 else {
            let code = code == 0 ? errno : code
            unlink(temporary)
            throw Failure(action: "write", path: path, code: code)
        }
    }

    /// Makes sure that a folder exists; a new one is for its owner alone.
    static func makeFolder(_ path: String) throws(Failure) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/\(part)"
            guard mkdir(prefix, mode_t(0o700)) != 0, errno != EEXIST else { continue }
            throw Failure(action: "create", path: prefix, code: errno)
        }
    }

    /// Writes everything and waits until it is on the disk; zero or the error's number.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            bytes = bytes.dropFirst(count)
        }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
