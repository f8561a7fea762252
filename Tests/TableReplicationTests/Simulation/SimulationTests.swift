import Testing

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

@Suite("Simulation")
struct SimulationTests {
    private static func environment(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    @Test("peers agree after whatever happened, for every seed")
    func seeds() async {
        if let seed = Self.environment("SIM_SEED") {
            var simulation = Simulation(seed: seed)
            simulation.isVerbose = true
            let failures = simulation.run()
            #expect(failures.isEmpty, "seed \(seed): \(failures)")
            return
        }
        let count = Self.environment("SIM_SEEDS") ?? 1_000
        let first = Self.environment("SIM_FIRST") ?? 1
        await withTaskGroup(of: [(UInt64, [String])].self) { group in
            let lanes: UInt64 = 4
            for lane in 0..<lanes {
                group.addTask {
                    var failed: [(UInt64, [String])] = []
                    for seed in stride(from: first + lane, to: first + count, by: Int(lanes)) {
                        var simulation = Simulation(seed: seed)
                        let failures = simulation.run()
                        if !failures.isEmpty { failed.append((seed, failures)) }
                        if failed.count >= 10 { break }
                    }
                    return failed
                }
            }
            for await failed in group {
                for (seed, failures) in failed {
                    Issue.record("seed \(seed): \(failures.joined(separator: "; ")); replay with make sim SEED=\(seed)")
                }
            }
        }
    }

    @Test("a seed gives the same run twice")
    func repeats() {
        for seed in 1...5 as ClosedRange<UInt64> {
            var first = Simulation(seed: seed)
            var second = Simulation(seed: seed)
            _ = first.run()
            _ = second.run()
            #expect(first.messages == second.messages)
            #expect(first.now == second.now)
            #expect(first.messages > 0)
        }
    }
}
