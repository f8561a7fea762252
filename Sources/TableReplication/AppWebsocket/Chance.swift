import Clocks

/// Where random numbers come from: the system, or a seed so that a run can be repeated.
package enum Chance: RandomNumberGenerator, Sendable {
    /// Numbers that nobody can guess.
    case system
    /// The same numbers for the same seed; for tests.
    case seeded(SplitMix64)

    /// The next number.
    package mutating func next() -> UInt64 {
        switch self {
        case .system:
            var system = SystemRandomNumberGenerator()
            return system.next()
        case .seeded(var generator):
            let value = generator.next()
            self = .seeded(generator)
            return value
        }
    }

    /// Random lower-case hexadecimal digits.
    mutating func hexDigits(count: Int) -> String {
        var text = ""
        while text.utf8.count < count {
            let digits = String(self.next(), radix: 16)
            text += String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return String(text.prefix(count))
    }
}
