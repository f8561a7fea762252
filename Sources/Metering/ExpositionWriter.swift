/// Writes Prometheus' text format, version 0.0.4.
///
/// ```text
/// # HELP name What it means.
/// # TYPE name histogram
/// name_bucket{label="value",le="0.005"} 1
/// name_bucket{label="value",le="+Inf"} 2
/// name_sum{label="value"} 0.25
/// name_count{label="value"} 2
/// ```
///
/// Source: prometheus.io, "Exposition formats", text-based format.
struct ExpositionWriter {
    private(set) var bytes: [UInt8] = []

    /// Writes a metric with all its points; nothing when it has none.
    ///
    /// - Parameters:
    ///   - definition: The metric.
    ///   - points: Its points; those that share their labels once these are bounded are put together.
    mutating func write(_ definition: MetricDefinition, _ points: [MetricPoint]) {
        let points = Self.bounded(points, definition)
        guard !points.isEmpty else { return }
        self.write("# HELP \(definition.name) \(Self.escaped(definition.help, quotes: false))\n")
        self.write("# TYPE \(definition.name) \(definition.kind.word)\n")
        for point in points {
            let labels = Self.labels(definition.labels, point.labels)
            switch point.value {
            case .number(let number): self.write(definition.name, labels, Self.text(number))
            case .histogram(let counts): self.write(definition.name, labels, counts)
            }
        }
    }

    private mutating func write(_ name: String, _ labels: String, _ counts: HistogramCounts) {
        var total: UInt64 = 0
        let comma = labels.isEmpty ? "" : ","
        for (index, count) in counts.counts.enumerated() {
            total &+= count
            let bound = index < counts.bounds.count ? Self.text(counts.bounds[index].metricSeconds) : "+Inf"
            self.write("\(name)_bucket", "\(labels)\(comma)le=\"\(bound)\"", "\(total)")
        }
        self.write("\(name)_sum", labels, Self.text(counts.sum.metricSeconds))
        self.write("\(name)_count", labels, "\(total)")
    }

    private mutating func write(_ name: String, _ labels: String, _ value: String) {
        self.write(labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n")
    }

    private mutating func write(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    // MARK: - Points

    /// The points in the order of their labels, with as many values of each label as it may have.
    private static func bounded(_ points: [MetricPoint], _ definition: MetricDefinition) -> [MetricPoint] {
        var limit = LabelLimit(definition.labels)
        var bounded: [MetricPoint] = []
        var places: [[String]: Int] = [:]
        for point in points.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
            let labels = limit.admit(point.labels)
            if let place = places[labels] {
                let value = Self.merged(bounded[place].value, point.value, definition.kind)
                bounded[place] = MetricPoint(labels, value)
            } else {
                places[labels] = bounded.count
                bounded.append(MetricPoint(labels, point.value))
            }
        }
        return bounded
    }

    /// Counts add up; of several gauges the largest is shown, since what is large is what alerts are about.
    private static func merged(
        _ left: MetricPoint.Value,
        _ right: MetricPoint.Value,
        _ kind: MetricDefinition.Kind
    ) -> MetricPoint.Value {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            return .number(kind == .gauge ? max(left, right) : left + right)
        case (.histogram(var left), .histogram(let right)):
            left.merge(right)
            return .histogram(left)
        case (let left, _): return left
        }
    }

    // MARK: - Text

    private static func labels(_ labels: [MetricLabel], _ values: [String]) -> String {
        zip(labels, values).map { "\($0.name)=\"\(Self.escaped($1, quotes: true))\"" }.joined(separator: ",")
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension MetricDefinition.Kind {
    /// The kind as Prometheus calls it.
    package var word: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
