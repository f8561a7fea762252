import Documents

/// How a store is run.
package struct AppStoreOptions: Sendable {
    /// About how many bytes of the latest changes are kept in memory for those who follow.
    package var recentBytes = 8 * 1_024 * 1_024
    /// How far ahead of this machine's clock a stamp from elsewhere may be.
    package var clockTolerance = HybridClock.defaultTolerance
    /// The wall clock, in milliseconds since 1970.
    package var wall: @Sendable () -> UInt64
    /// What is another text after each start of the machine.
    package var boot: String

    /// Creates options.
    ///
    /// - Parameters:
    ///   - wall: The wall clock, in milliseconds since 1970.
    ///   - boot: What is another text after each start of the machine.
    package init(
        wall: @escaping @Sendable () -> UInt64 = AppStoreOptions.systemWall,
        boot: String = AppStoreOptions.systemBoot
    ) {
        self.wall = wall
        self.boot = boot
    }
}
