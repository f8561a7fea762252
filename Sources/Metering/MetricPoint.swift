/// One series of a metric at one moment.
package struct MetricPoint: Sendable {
    /// What it holds.
    package enum Value: Sendable {
        /// A counter's or gauge's number.
        case number(Double)
        /// A histogram's buckets.
        case histogram(HistogramCounts)
    }

    /// The values of the labels, in the order of the definition.
    package let labels: [String]
    /// What it holds.
    package let value: Value

    /// Creates a point.
    package init(_ labels: [String], _ value: Value) {
        self.labels = labels
        self.value = value
    }

    /// Creates a point of a counter or gauge.
    package init(_ labels: [String], _ number: Double) {
        self.init(labels, .number(number))
    }
}

extension Duration {
    /// The duration in seconds, as Prometheus has all times.
    package var metricSeconds: Double {
        let (seconds, attoseconds) = self.components
        // Divided, not multiplied: a bound such as 10 ns then reads 1e-08 and not 1.0000000000000001e-08.
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
