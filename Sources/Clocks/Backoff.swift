/// How long to wait after failures in a row: twice as long each time up to a cap, spread by chance.
///
/// Full jitter by default: the wait is drawn evenly from zero to the exponential ceiling, so that things which failed
/// together do not come back together.
///
/// Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
package struct Backoff: Sendable, Hashable {
    /// The ceiling after the first failure.
    package let base: Duration
    /// The highest ceiling.
    package let cap: Duration
    /// The share of the ceiling that chance decides, from 0 (none) to 1 (full jitter).
    package let jitter: Double

    /// Creates a backoff; negative durations count as zero.
    package init(base: Duration = .seconds(1), cap: Duration = .seconds(300), jitter: Double = 1) {
        self.base = max(.zero, base)
        self.cap = max(.zero, cap)
        self.jitter = min(1, max(0, jitter))
    }

    /// The longest wait after a number of failures in a row; zero after none.
    package func ceiling(failures: Int) -> Duration {
        guard failures > 0 else { return .zero }
        var ceiling = min(self.base, self.cap)
        for _ in 1..<failures {
            if ceiling >= self.cap || ceiling == .zero { break }
            ceiling = min(ceiling * 2, self.cap)
        }
        return ceiling
    }

    /// Draws the wait after a number of failures in a row.
    ///
    /// - Parameters:
    ///   - failures: How many times in a row it failed.
    ///   - generator: Where chance comes from.
    /// - Returns: A duration between `(1 - jitter) × ceiling` and the ceiling.
    package func delay(failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let ceiling = self.ceiling(failures: failures)
        return ceiling * (1 - self.jitter * Double.random(in: 0...1, using: &generator))
    }
}
