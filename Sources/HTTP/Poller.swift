import CCurl
import Glibc

/// Waits for sockets to become ready; one thread's own.
final class Poller {
    /// A socket with something to do.
    struct Ready {
        let descriptor: Int32
        let canRead: Bool
        let canWrite: Bool
        let hasFailed: Bool
    }

    private static let batch = 256

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private var watched: Set<Int32> = []

    /// Opens an epoll descriptor; `nil` if the system has none left.
    init?() {
        self.descriptor = ccurl_epoll_create()
        self.events = .allocate(capacity: Self.batch)
        self.events.initialize(repeating: epoll_event(), count: Self.batch)
        if self.descriptor < 0 { return nil }
    }

    deinit {
        self.events.deallocate()
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Watches a descriptor for edges of readability, for as long as it is open.
    func watchEdges(of descriptor: Int32) -> Bool {
        ccurl_epoll_control(self.descriptor, EPOLL_CTL_ADD, descriptor, ccurl_epoll_in | ccurl_epoll_edge) == 0
    }

    /// Changes what a socket is watched for.
    func watch(_ socket: Int32, canRead: Bool, canWrite: Bool) {
        let interest = (canRead ? ccurl_epoll_in : 0) | (canWrite ? ccurl_epoll_out : 0)
        let isKnown = !self.watched.insert(socket).inserted
        // A number may be known from a socket that has been closed since: then there is nothing to modify.
        if !isKnown || ccurl_epoll_control(self.descriptor, EPOLL_CTL_MOD, socket, interest) != 0 {
            _ = ccurl_epoll_control(self.descriptor, EPOLL_CTL_ADD, socket, interest)
        }
    }

    /// Stops watching a socket.
    func forget(_ socket: Int32) {
        guard self.watched.remove(socket) != nil else { return }
        _ = ccurl_epoll_control(self.descriptor, EPOLL_CTL_DEL, socket, 0)
    }

    /// Waits until something is ready or the time has passed.
    ///
    /// - Parameters:
    ///   - milliseconds: the longest wait; negative waits for ever.
    ///   - body: called for each ready descriptor.
    func wait(milliseconds: Int, _ body: (Ready) -> Void) {
        let limit = Int32(clamping: milliseconds)
        let count = epoll_wait(self.descriptor, self.events, Int32(Self.batch), limit)
        // Negative only when interrupted by a signal, which is as good as nothing ready.
        for index in 0..<max(0, Int(count)) {
            let event = self.events[index]
            body(
                Ready(
                    descriptor: event.data.fd,
                    canRead: event.events & ccurl_epoll_in != 0,
                    canWrite: event.events & ccurl_epoll_out != 0,
                    hasFailed: event.events & ccurl_epoll_failed != 0
                )
            )
        }
    }
}
