package import Logging
package import ServiceLifecycle

extension Service {
    /// Runs the service in such a way that cancellation ends it gracefully.
    ///
    /// A cancelled NIO server drops connections that it has accepted and not yet served, and NIO traps on those
    /// ("Deinited NIOAsyncWriter without calling finish()"): one stopping server would end the whole process.
    ///
    /// - Parameter logger: For the service's group.
    /// - Throws: What the service throws.
    package func runUntilCancelled(logger: Logger) async throws {
        let group = ServiceGroup(configuration: .init(services: [self], logger: logger))
        // The new task is out of the cancellation's reach; it still sees the graceful shutdown of an outer group.
        let running = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}
