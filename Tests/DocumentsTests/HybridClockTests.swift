import Testing

@testable import Documents

@Suite("HybridClock")
struct HybridClockTests {
    @Test("gives times that only grow, whatever the wall clock does", arguments: 0..<10 as Range<UInt64>)
    func monotonic(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        var clock = HybridClock()
        var last = HybridTime(rawValue: 0)
        for _ in 0..<1_000 {
            let wall = UInt64(chance.below(10_000))
            if chance.below(3) == 0 {
                let seen = HybridTime(milliseconds: wall + UInt64(chance.below(5_000)))
                try clock.observe(seen, wallMilliseconds: wall)
                last = max(last, seen)
            }
            let time = clock.tick(wallMilliseconds: wall)
            #expect(time > last)
            last = time
        }
    }

    @Test("is the wall time where nothing is ahead of it")
    func wall() {
        var clock = HybridClock()
        #expect(clock.tick(wallMilliseconds: 7) == HybridTime(milliseconds: 7))
        #expect(clock.tick(wallMilliseconds: 7) == HybridTime(milliseconds: 7, counter: 1))
        #expect(clock.tick(wallMilliseconds: 3) == HybridTime(milliseconds: 7, counter: 2))
        #expect(clock.tick(wallMilliseconds: 8) == HybridTime(milliseconds: 8))
    }

    @Test("refuses a time more than a day ahead, and is not moved by it")
    func tolerance() throws {
        var clock = HybridClock()
        let day: UInt64 = 86_400_000
        try clock.observe(HybridTime(milliseconds: 1_000 + day), wallMilliseconds: 1_000)
        let before = clock.latest
        #expect(throws: DocumentError.tooFarAhead(milliseconds: day + 1)) {
            try clock.observe(HybridTime(milliseconds: 1_001 + day), wallMilliseconds: 1_000)
        }
        #expect(clock.latest == before)
    }

    @Test("nothing overflows at the end of time")
    func end() throws {
        var clock = HybridClock(latest: HybridTime(rawValue: .max))
        #expect(clock.tick(wallMilliseconds: .max) == HybridTime(rawValue: .max))
        try clock.observe(HybridTime(rawValue: .max), wallMilliseconds: .max)
        #expect(HybridTime(milliseconds: .max).milliseconds == UInt64.max >> 16)
        #expect(HybridTime(milliseconds: 1, counter: .max).successor == HybridTime(milliseconds: 2))
    }

    @Test("a peer's mark is the first half of its key")
    func peers() {
        #expect(PeerID(peerKey: "0123456789abcdef0000000000000001")?.rawValue == 0x0123_4567_89AB_CDEF)
        for bad in ["", "0123456789abcdef", "0123456789ABCDEF0000000000000001", "0123456789abcdef000000000000000g"] {
            #expect(PeerID(peerKey: bad) == nil)
        }
    }
}
