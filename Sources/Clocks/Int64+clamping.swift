extension Int64 {
    /// The sum, or the nearest value that fits.
    func addingClamping(_ other: Int64) -> Int64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    /// The difference, or the nearest value that fits.
    func subtractingClamping(_ other: Int64) -> Int64 {
        let (difference, overflow) = self.subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }

    /// The product, or the nearest value that fits.
    func multipliedClamping(by other: Int64) -> Int64 {
        let (product, overflow) = self.multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }

    /// Quotient rounded down and a remainder that is never negative; the divisor must be positive.
    func dividedFloor(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Duration {
    /// Whole microseconds, cut toward zero and clamped to 64 bits.
    var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds.multipliedClamping(by: 1_000_000).addingClamping(attoseconds / 1_000_000_000_000)
    }
}
