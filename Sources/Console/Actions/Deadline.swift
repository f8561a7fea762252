import Clocks

extension Time {
    /// Does something for at most a while.
    ///
    /// - Parameters:
    ///   - limit: How long; `nil` is for ever.
    ///   - work: What is done; it is cancelled when the time is up.
    /// - Returns: Whether the work came to its end in time.
    /// - Throws: What the work throws.
    package func run(within limit: Duration?, _ work: @escaping @Sendable () async throws -> Void) async throws -> Bool
    {
        guard let limit else {
            try await work()
            return true
        }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return true
            }
            group.addTask {
                try await self.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
