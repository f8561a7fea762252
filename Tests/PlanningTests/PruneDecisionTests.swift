import KubernetesModel
import Planning
import Testing

@Suite("PruneDecision")
struct PruneDecisionTests {
    private static func entries(_ range: Range<Int>) -> Set<Inventory.Entry> {
        Set(range.map { Inventory.Entry(group: "g", kind: "K", key: ObjectKey(namespace: "n", name: "x\($0)")) })
    }

    @Test("what is no longer declared goes")
    func prune() {
        let decision = PruneDecision(
            inventory: Self.entries(0..<5),
            declared: Self.entries(1..<5),
            hasInvalidFiles: false,
            maximumDeletes: nil
        )
        #expect(decision == .prune(Self.entries(0..<1).sorted()))
    }

    @Test("what others made is never pruned")
    func foreign() {
        let decision = PruneDecision(
            inventory: [],
            declared: Self.entries(0..<1),
            hasInvalidFiles: false,
            maximumDeletes: nil
        )
        #expect(decision == .prune([]))
    }

    @Test("F7: one file with an error holds back every deletion")
    func invalidFile() {
        let decision = PruneDecision(
            inventory: Self.entries(0..<5),
            declared: Self.entries(1..<5),
            hasInvalidFiles: true,
            maximumDeletes: 100
        )
        #expect(decision == .hold(Self.entries(0..<1).sorted(), .someFilesInvalid))
    }

    @Test("F7: a file that is there and empty holds back every deletion, and is named")
    func emptyFile() {
        let decision = PruneDecision(
            inventory: Self.entries(0..<5),
            declared: Self.entries(1..<5),
            hasInvalidFiles: false,
            emptyFile: "a.yaml",
            maximumDeletes: 100
        )
        #expect(decision == .hold(Self.entries(0..<1).sorted(), .emptyFile("a.yaml")))
    }

    @Test("F7: a folder that is suddenly empty deletes nothing")
    func empty() {
        let decision = PruneDecision(
            inventory: Self.entries(0..<3),
            declared: [],
            hasInvalidFiles: false,
            maximumDeletes: nil
        )
        #expect(decision == .hold(Self.entries(0..<3).sorted(), .nothingLeft))
    }

    @Test(
        "one pass deletes at most the larger of ten and a fifth, or what the user allows",
        arguments: [
            (12, 2, nil, true), (12, 1, nil, false), (100, 80, nil, true), (100, 79, nil, false), (12, 1, 11, true),
            (100, 99, 0, false), (3, 0, 3, true),
        ] as [(Int, Int, Int?, Bool)]
    )
    func budget(count: Int, left: Int, allowed: Int?, isPruned: Bool) {
        let decision = PruneDecision(
            inventory: Self.entries(0..<count),
            declared: Self.entries(0..<left),
            hasInvalidFiles: false,
            maximumDeletes: allowed
        )
        if case .prune = decision { #expect(isPruned) } else { #expect(!isPruned) }
    }

    @Test("an inventory reads back as it was written, and anything else is none")
    func bytes() throws {
        var inventory = Inventory(Self.entries(0..<20))
        #expect(Inventory(inventory.bytes) == inventory)
        inventory.unconfirmed = Self.entries(5..<7)
        #expect(Inventory(inventory.bytes) == inventory)
        #expect(Inventory(Array("{}".utf8)) == nil)
        #expect(Inventory(Array("[[1]]".utf8)) == nil)
        #expect(Inventory([]) == nil)
    }
}
