import Synchronization

/// The counters of one metric by their labels.
///
/// *Expected flow:* take a counter once with `counter(_:)`, keep it, and add to it wherever something happens.
package final class CounterFamily: Sendable {
    private struct State {
        var limit: LabelLimit
        var counters: [[String]: Counter] = [:]
    }

    private let state: Mutex<State>

    /// Creates a family without counters.
    init(_ definition: MetricDefinition) {
        self.state = Mutex(State(limit: LabelLimit(definition.labels)))
    }

    /// The counter of these values, made at zero when it is first asked for.
    package func counter(_ labels: [String]) -> Counter {
        self.state.withLock { state in
            let labels = state.limit.admit(labels)
            if let counter = state.counters[labels] { return counter }
            let counter = Counter()
            state.counters[labels] = counter
            return counter
        }
    }

    var points: [MetricPoint] {
        self.state.withLock { $0.counters }.map { MetricPoint($0.key, Double($0.value.value)) }
    }
}
