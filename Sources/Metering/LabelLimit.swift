/// Keeps labels whose values users choose from growing without bound: a pure value.
struct LabelLimit: Sendable {
    private let limits: [Int?]
    private var seen: [Set<String>]

    init(_ labels: [MetricLabel]) {
        self.limits = labels.map { label in
            if case .limited(let limit) = label.values { limit } else { nil }
        }
        self.seen = Array(repeating: [], count: labels.count)
    }

    /// The values under which to count: each as it is, or `other` where a label has as many values as it may have.
    mutating func admit(_ values: [String]) -> [String] {
        var admitted = values
        for index in values.indices where self.seen.indices.contains(index) {
            guard let limit = self.limits[index], !self.seen[index].contains(values[index]) else { continue }
            if self.seen[index].count < limit {
                self.seen[index].insert(values[index])
            } else {
                admitted[index] = MetricLabel.other
            }
        }
        return admitted
    }
}
