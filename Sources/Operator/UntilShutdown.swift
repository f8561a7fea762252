import ServiceLifecycle

/// Work without an end of its own, as a service that a graceful shutdown cuts short.
struct UntilShutdown: Service {
    private let work: @Sendable () async -> Void

    init(_ work: @escaping @Sendable () async -> Void) {
        self.work = work
    }

    func run() async {
        await cancelWhenGracefulShutdown(self.work)
    }
}
