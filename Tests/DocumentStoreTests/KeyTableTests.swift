import Testing

@testable import DocumentStore

@Suite("KeyTable")
struct KeyTableTests {
    @Test("finds what is in it and nothing else, however fingerprints collide", arguments: 0..<20 as Range<UInt64>)
    func model(seed: UInt64) {
        var chance = Chance(seed: seed)
        var table = KeyTable()
        var model: [UInt64: Set<UInt64>] = [:]
        // Few fingerprints that share their low bits, so that chains meet, wrap and break.
        let fingerprints = (0..<40).map { _ in UInt64(chance.below(6)) << 32 | UInt64(chance.below(8)) &* 31 }
        for usn in 1...2_000 as ClosedRange<UInt64> {
            let fingerprint = fingerprints[chance.below(fingerprints.count)]
            let held = model[max(1, fingerprint), default: []]
            switch (chance.below(3), held.randomElement(using: &chance)) {
            case (0, let old?):
                table.remove(fingerprint, old)
                model[max(1, fingerprint)]?.remove(old)
            case (1, let old?):
                table.move(fingerprint, from: old, to: usn)
                model[max(1, fingerprint)]?.remove(old)
                model[max(1, fingerprint)]?.insert(usn)
            default:
                table.insert(fingerprint, usn)
                model[max(1, fingerprint), default: []].insert(usn)
            }
            let probe = fingerprints[chance.below(fingerprints.count)]
            #expect(Set(table.all(probe)) == model[max(1, probe), default: []])
            let any = table.any(probe)
            #expect(any == 0 ? model[max(1, probe), default: []].isEmpty : table.all(probe).contains(any))
        }
        #expect(table.count == model.values.reduce(0) { $0 + $1.count })
    }
}
