import Glibc
import Synchronization

/// Tells when something in a folder, or in a folder below it, may have changed.
///
/// *Guarantees:* a change after `rearm` is followed by a signal; several changes may share one. A signal says only
/// "look": what changed is for a fresh reading to find out. Where the kernel's notification is not to be had (some
/// network file systems), `interval` is the longest that a change goes unnoticed.
/// Source: inotify(7).
final class DirectoryWatch: Sendable {
    /// How often to look although nothing was heard.
    static let interval = Duration.seconds(30)
    /// Editors write in several steps; one look is enough for all of them.
    static let quietMilliseconds: Int32 = 60

    private static let mask =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ATTRIB)

    private let notifications: Int32
    /// A pipe: `stop` writes into it what the thread's `poll` wakes up from.
    private let wakeUp: (read: Int32, write: Int32)
    private let onChange: @Sendable () -> Void
    private let hasStopped = Atomic(false)

    /// Starts to listen.
    ///
    /// - Parameter onChange: Called on a thread of its own; must return at once.
    init(onChange: @escaping @Sendable () -> Void) {
        self.notifications = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        var ends: [Int32] = [-1, -1]
        // Without descriptors the watch still signals at its interval.
        _ = pipe(&ends)
        self.wakeUp = (ends[0], ends[1])
        self.onChange = onChange
        self.startThread()
    }

    /// Listens to these folders from now on; to those that it listens to already, it goes on listening.
    func rearm(_ folders: [String]) {
        guard self.notifications >= 0 else { return }
        for folder in folders { inotify_add_watch(self.notifications, folder, Self.mask) }
    }

    /// Ends the thread.
    func stop() {
        guard !self.hasStopped.exchange(true, ordering: .sequentiallyConsistent) else { return }
        var byte: UInt8 = 1
        write(self.wakeUp.write, &byte, 1)
    }

    private func startThread() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<DirectoryWatch>.fromOpaque(context).takeRetainedValue().listen()
                return nil
            },
            context.toOpaque()
        )
        if result == 0 {
            pthread_detach(thread)
        } else {
            context.release()
        }
    }

    private func listen() {
        defer {
            close(self.notifications)
            close(self.wakeUp.read)
            close(self.wakeUp.write)
        }
        while !self.hasStopped.load(ordering: .sequentiallyConsistent) {
            let heard = self.wait(milliseconds: Int32(Self.interval.components.seconds * 1_000))
            if heard {
                self.drain()
                while self.wait(milliseconds: Self.quietMilliseconds), !self.hasStopped.load(ordering: .relaxed) {
                    self.drain()
                }
            }
            if !self.hasStopped.load(ordering: .sequentiallyConsistent) { self.onChange() }
        }
    }

    /// Waits for a notification or a stop; whether there was one.
    private func wait(milliseconds: Int32) -> Bool {
        var descriptors = [
            pollfd(fd: self.notifications, events: Int16(POLLIN), revents: 0),
            pollfd(fd: self.wakeUp.read, events: Int16(POLLIN), revents: 0),
        ]
        return poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0
    }

    private func drain() {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            while read(self.notifications, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
