#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The lock that keeps a data folder to one process: `flock` on `store.lock`, which holds the owner's process id.
///
/// The kernel gives the lock back when the process ends, however it ends, so a stale file never locks anybody out.
struct StoreLock: ~Copyable, Sendable {
    private let descriptor: CInt

    /// Takes the lock of a folder.
    init(folder: String) throws(StoreError) {
        let descriptor = try Self.openPrivate("\(folder)/store.lock")
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.readPid(descriptor)
            _ = close(descriptor)
            throw StoreError(reason: .inUse(pid: holder), path: folder)
        }
        self.descriptor = descriptor
        Self.writePid(descriptor)
    }

    deinit {
        // Unlocked by name: a child between fork and exec still holds a copy of the descriptor.
        _ = flock(self.descriptor, LOCK_UN)
        _ = close(self.descriptor)
    }

    /// Makes a file, if it is not there, that nobody but this user can read: the store holds Secrets.
    ///
    /// SQLite gives the files that it makes beside its own the same permissions.
    static func makePrivate(_ path: String) throws(StoreError) {
        _ = close(try self.openPrivate(path))
    }

    private static func openPrivate(_ path: String) throws(StoreError) -> CInt {
        // Close-on-exec, so that a child of ours does not keep the lock when we are gone.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor < 0 else { return descriptor }
        let reason = errno
        throw StoreError(reason: reason == ENOSPC ? .diskFull : .notWritable(Self.text(of: reason)), path: path)
    }

    private static func readPid(_ descriptor: CInt) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
    }

    /// Writes who holds the lock, for the message of the next process; the lock itself does not depend on it.
    private static func writePid(_ descriptor: CInt) {
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func text(of error: CInt) -> String {
        strerror(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
