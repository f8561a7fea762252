import Synchronization

/// All metrics of a process.
///
/// *Expected flow:* the parts of the process register once, at their start; a scrape reads `text`. What a part counts
/// anyway is `computed` when somebody looks, and costs nothing until then.
/// *Guarantees:* a name is exposed once, with all points of whoever registered it; label values are bounded.
package final class MetricsRegistry: Sendable {
    private struct Entry {
        let definition: MetricDefinition
        var family: CounterFamily?
        var sources: [@Sendable () -> [MetricPoint]] = []
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Creates a registry without metrics.
    package init() {}

    /// What is registered, by name.
    package var definitions: [MetricDefinition] {
        self.entries.withLock { $0.values.map(\.definition) }.sorted { $0.name < $1.name }
    }

    /// The counters of a metric, registered when they are first asked for.
    package func counters(_ definition: MetricDefinition) -> CounterFamily {
        self.entries.withLock { entries in
            if let family = entries[definition.name]?.family { return family }
            let family = CounterFamily(definition)
            entries[definition.name, default: Entry(definition: definition)].family = family
            return family
        }
    }

    /// Registers a metric whose points are worked out at every scrape.
    ///
    /// - Parameters:
    ///   - definition: The metric; several parts may register the same one, each with points of its own.
    ///   - points: Works out the points; called outside of any lock of the registry.
    package func computed(_ definition: MetricDefinition, _ points: @escaping @Sendable () -> [MetricPoint]) {
        self.entries.withLock {
            $0[definition.name, default: Entry(definition: definition)].sources.append(points)
        }
    }

    /// Everything in Prometheus' text format 0.0.4, ordered by name and labels.
    package var text: [UInt8] {
        var writer = ExpositionWriter()
        for entry in self.entries.withLock({ $0.values.sorted { $0.definition.name < $1.definition.name } }) {
            writer.write(entry.definition, (entry.family?.points ?? []) + entry.sources.flatMap { $0() })
        }
        return writer.bytes
    }
}
