import Metering
import Testing

@Suite("Histogram")
struct HistogramTests {
    @Test("a duration is counted in the first bucket whose bound it does not pass")
    func buckets() {
        let bounds = [1, 2, 4, 8].map { Duration.milliseconds($0) }
        for (milliseconds, place) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4)] {
            var counts = HistogramCounts(bounds: bounds)
            counts.observe(.milliseconds(milliseconds))
            #expect(counts.counts.firstIndex(of: 1) == place, "\(milliseconds) ms")
            #expect(counts.count == 1)
            #expect(counts.sum == .milliseconds(milliseconds))
        }
    }

    @Test("without bounds everything is counted in one bucket")
    func noBounds() {
        var counts = HistogramCounts(bounds: [])
        counts.observe(.seconds(3))
        #expect(counts.counts == [1])
    }

    @Test("counts of many tasks are all there")
    func manyTasks() async {
        let histogram = Histogram(bounds: [.seconds(1)])
        let counter = Counter()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        histogram.observe(.milliseconds(1))
                        counter.add()
                    }
                }
            }
        }
        #expect(histogram.counts.counts == [8_000, 0])
        #expect(histogram.counts.sum == .seconds(8))
        #expect(counter.value == 8_000)
    }
}
