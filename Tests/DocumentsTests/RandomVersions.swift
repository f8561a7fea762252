import JSON

@testable import Documents

/// A seeded source of chance (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

/// Field names that need quotes, escapes and byte order as well as plain ones.
let oddNames = ["a", "b", "color", "-dash", "", "é", "e\u{301}", "a;b=c", "quote\"", "tab\t", "!", "Zed", "\u{10348}"]

extension Stamp {
    init(_ time: UInt64, _ peer: UInt64 = 1) {
        self.init(time: HybridTime(rawValue: time), peer: PeerID(rawValue: peer))
    }
}

extension DocumentVersion {
    /// A version out of few names, times and values, so that versions meet in every way, equal stamps included.
    static func random(_ chance: inout Chance) -> DocumentVersion {
        func stamp() -> Stamp { Stamp(UInt64(chance.below(6)) + 1, UInt64(chance.below(2))) }
        var fields: [Field] = []
        for name in oddNames where chance.below(3) == 0 {
            let value = chance.below(4) == 0 ? nil : JSONValue.integer(Int64(chance.below(3))).bytes
            fields.append(Field(name: FieldName(name), value: value, stamp: stamp()))
        }
        fields.sort { $0.name < $1.name }
        return DocumentVersion(
            id: DocumentID(canonical: Array(#""x""#.utf8)),
            existence: stamp(),
            deletedAt: chance.below(2) == 0 ? stamp() : nil,
            sorted: fields
        )
    }
}
