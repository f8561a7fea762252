import JSON
import Testing

@testable import EmbeddedPeer

@Suite("A chain of peers that evict", .timeLimit(.minutes(10)))
struct EvictionChainTests {
    @Test("what leaves the first filter goes from every peer behind it, also from one that was away, and may come back")
    func chain() async throws {
        try await withPeer(.berlin()) { berlin, berlinCurl in
            try await withPeer(.berlin(named: "paris")) { paris, parisCurl in
                try await withPeer(.berlin(named: "rome")) { rome, romeCurl in
                    let berlin = Side(berlin, berlinCurl, "berlin")
                    let paris = Side(paris, parisCurl, "paris")
                    let rome = Side(rome, romeCurl, "rome")
                    for side in [berlin, paris, rome] { try await side.makeApp() }
                    try await berlin.accept(queries: [])
                    try await paris.replicate(from: berlin, queries: ["color = 'blue'"], evicting: true)
                    try await rome.replicate(from: paris, queries: ["color = 'blue'"], evicting: true)
                    try await berlin.insert(["a": "blue", "b": "blue", "c": "blue"])
                    try await rome.waits(for: ["a", "b", "c"])

                    try await berlin.set("a", ["color": "red"])
                    try await paris.waits(for: ["b", "c"])
                    try await rome.waits(for: ["b", "c"])

                    try await rome.unlink()
                    try await berlin.set("b", ["color": "red"])
                    try await paris.waits(for: ["c"])
                    try await rome.replicate(from: paris, queries: ["color = 'blue'"], evicting: true)
                    try await rome.waits(for: ["c"])

                    try await berlin.set("a", ["color": "blue"])
                    try await rome.waits(for: "a", ["_id": "a", "color": "blue"])
                    try await paris.waits(for: ["a", "c"])
                }
            }
        }
    }
}
