/// What a metric is called and means: the one place from which exposition and documentation are made.
package struct MetricDefinition: Sendable, Hashable {
    /// What its numbers do.
    package enum Kind: Sendable, Hashable {
        /// Only grows, from zero at the start of the process.
        case counter
        /// Goes up and down.
        case gauge
        /// Durations, counted in buckets up to these bounds and one without.
        case histogram(bounds: [Duration])
    }

    /// The name, with its unit and, for a counter, `_total` at the end.
    package let name: String
    /// What its numbers do.
    package let kind: Kind
    /// The names of its labels, and what values they may have.
    package let labels: [MetricLabel]
    /// What it means, in a sentence.
    package let help: String
    /// When to wake somebody, if ever.
    package let alert: MetricAlert?

    /// Creates a definition.
    ///
    /// - Parameters:
    ///   - name: The name, with its unit and, for a counter, `_total` at the end.
    ///   - kind: What its numbers do.
    ///   - labels: Its labels; points give their values in this order.
    ///   - help: What it means, in a sentence.
    ///   - alert: When to wake somebody, if ever.
    package init(
        _ name: String,
        _ kind: Kind,
        labels: [MetricLabel] = [],
        help: String,
        alert: MetricAlert? = nil
    ) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
        self.alert = alert
    }
}

/// A dimension of a metric.
package struct MetricLabel: Sendable, Hashable {
    /// Which values there are; either way their number is bounded.
    package enum Values: Sendable, Hashable {
        /// These and no others.
        case closed([String])
        /// What users name, but only so many of them: further ones are counted together as `other`.
        case limited(Int)
    }

    /// The value that stands for all beyond a limit.
    package static let other = "other"

    /// The name.
    package let name: String
    /// Which values there are.
    package let values: Values

    /// Creates a label.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - values: Which values there are.
    package init(_ name: String, _ values: Values) {
        self.name = name
        self.values = values
    }
}

/// An alerting rule that goes with a metric.
package struct MetricAlert: Sendable, Hashable {
    /// The rule's name.
    package let name: String
    /// When it fires, in PromQL.
    package let expression: String
    /// For how long that must hold, as Prometheus writes it.
    package let pending: String
    /// What it means, and what to do.
    package let advice: String

    /// Creates a rule.
    ///
    /// - Parameters:
    ///   - name: The rule's name.
    ///   - expression: When it fires, in PromQL.
    ///   - pending: For how long that must hold, as Prometheus writes it.
    ///   - advice: What it means, and what to do.
    package init(_ name: String, when expression: String, for pending: String, advice: String) {
        self.name = name
        self.expression = expression
        self.pending = pending
        self.advice = advice
    }
}
