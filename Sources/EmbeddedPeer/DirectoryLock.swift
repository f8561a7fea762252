import FoundationEssentials
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The right to use a directory, held by at most one peer on the machine; the kernel takes it back from a dead process.
package final class DirectoryLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Makes the directory if there is none, and takes it.
    ///
    /// - Parameters:
    ///   - directory: The directory's path.
    ///   - name: The name of the file that is locked.
    /// - Throws: `directoryUnusable` or `directoryInUse`.
    package init(_ directory: String, named name: String = "lock") throws(EmbeddedPeerError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .directoryUnusable(path: directory, reason: "it cannot be made")
        }
        let descriptor = open("\(directory)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .directoryUnusable(path: directory, reason: Self.reason(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            if code == EWOULDBLOCK { throw .directoryInUse(path: directory, holder: holder) }
            throw .directoryUnusable(path: directory, reason: Self.reason(code))
        }
        Self.leaveNote(descriptor)
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        self.unlock()
    }

    /// Gives the directory up; a second call does nothing.
    func unlock() {
        self.descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            // Said aloud, because closing alone leaves the lock to a child that is being spawned just now.
            flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    /// Writes who holds the lock, for the message that the next one gets; failing to is harmless.
    private static func leaveNote(_ descriptor: Int32) {
        let note = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, note, note.count, 0)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var note = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &note, note.count, 0)
        let digits = note.prefix(max(count, 0)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let process = Int32(String(decoding: digits, as: UTF8.self)) else { return "another process" }
        return process == getpid() ? "another peer of this process" : "process \(process)"
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
