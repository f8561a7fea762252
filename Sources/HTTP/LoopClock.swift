import Glibc

/// The loop's idea of now, read once per turn so that callbacks need not ask the system.
final class LoopClock {
    /// Milliseconds since some moment before the program began; never goes back.
    private(set) var now = LoopClock.read()

    /// Reads the system's clock.
    func update() {
        self.now = Self.read()
    }

    private static func read() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
