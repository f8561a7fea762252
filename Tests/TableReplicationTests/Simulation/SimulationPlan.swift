import Clocks

@testable import TableReplication

/// What one seed means: who is connected with whom, who receives what, and how rough it gets.
struct SimulationPlan {
    enum Shape: String, CaseIterable {
        /// Everybody receives everything that their links bring.
        case everything
        /// Hubs receive everything, leaves what they select.
        case leaves
        /// Everybody selects something.
        case filters
        /// The first receives everything, and the others, who may hang on one another, evict what they do not select.
        case chains
    }

    var shape: Shape
    var peers: Int
    /// Who dials whom.
    var dials: [(from: Int, to: Int)] = []
    /// What each receives, by collection.
    var subscriptions: [[String: Subscription]] = []
    /// How many local writes there are.
    var writes: Int
    /// How many faults there are.
    var faults: Int
    /// How long the rough time lasts.
    var duration: Duration
    var timing = NodeTiming()

    init(chance: inout SplitMix64) {
        self.shape = Shape.allCases.randomElement(using: &chance) ?? .everything
        self.peers = Int.random(in: 2...4, using: &chance)
        self.writes = Int.random(in: 5...40, using: &chance)
        self.faults = Int.random(in: 0...8, using: &chance)
        self.duration = .milliseconds(Int.random(in: 2_000...90_000, using: &chance))
        // Small, so that credit runs out and batches are cut.
        self.timing.window = [600, 2_000, 20_000].randomElement(using: &chance) ?? 2_000
        self.timing.batchBytes = [100, 400, 4_000].randomElement(using: &chance) ?? 400
        self.makeLinks(&chance)
        self.makeSubscriptions(&chance)
    }

    private mutating func makeLinks(_ chance: inout SplitMix64) {
        // A tree first, so that all are connected; then some more, in both directions and twice.
        for peer in 1..<self.peers {
            let other =
                self.shape == .leaves && peer > 1
                ? Int.random(in: 0...1, using: &chance) : Int.random(in: 0..<peer, using: &chance)
            self.dials.append(Bool.random(using: &chance) ? (peer, other) : (other, peer))
        }
        for _ in 0..<Int.random(in: 0...3, using: &chance) {
            let from = Int.random(in: 0..<self.peers, using: &chance)
            let to = Int.random(in: 0..<self.peers, using: &chance)
            // Leaves are connected to hubs only.
            if self.shape == .leaves, min(from, to) > 1 { continue }
            self.dials.append((from, to))
        }
    }

    private mutating func makeSubscriptions(_ chance: inout SplitMix64) {
        let everything = ["a": Subscription(queries: ["true"]), "b": Subscription(queries: ["true"])]
        for peer in 0..<self.peers {
            switch self.shape {
            case .everything:
                let isListening = Int.random(in: 0..<8, using: &chance) > 0
                self.subscriptions.append(isListening ? everything : [:])
            case .leaves:
                let policy: LeavePolicy = Bool.random(using: &chance) ? .keep : .evict
                let selected = Self.queries(&chance).map { Subscription(queries: $0, onLeave: policy) }
                self.subscriptions.append(peer <= 1 ? everything : selected.map { ["a": $0] } ?? [:])
            case .filters:
                let selected = Self.queries(&chance).map { Subscription(queries: $0) }
                self.subscriptions.append(selected.map { ["a": $0] } ?? [:])
            case .chains:
                let selected = Self.queries(&chance).map { Subscription(queries: $0, onLeave: .evict) }
                self.subscriptions.append(peer == 0 ? everything : selected.map { ["a": $0] } ?? [:])
            }
        }
    }

    static let colors = ["red", "blue", "green"]

    static func queries(_ chance: inout SplitMix64) -> [String]? {
        let chosen = Self.colors.filter { _ in Int.random(in: 0..<2, using: &chance) == 0 }
        if chosen.isEmpty { return Bool.random(using: &chance) ? ["true"] : nil }
        return chosen.map { "color = '\($0)'" }
    }
}
