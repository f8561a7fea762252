import Testing

@testable import TableReplication

@Suite("How fast a node dials")
struct DialPaceTests {
    @Test("no more than fifty dials go out in a tenth of a second, and the next beat goes on")
    func beat() {
        var pace = DialPace()
        for _ in 0..<50 {
            #expect(pace.hold(at: .seconds(7)) == nil)
            pace.settled()
        }
        #expect(pace.hold(at: .milliseconds(7_099)) == .milliseconds(7_100))
        #expect(pace.hold(at: .milliseconds(7_100)) == nil)
    }

    @Test("no more than 256 connections are being made at a time, and each that is settled makes room")
    func connecting() {
        var pace = DialPace()
        var now = Duration.seconds(1)
        var made = 0
        for _ in 0..<1_000 {
            if let later = pace.hold(at: now) { now = later } else { made += 1 }
        }
        #expect(made == 256)
        pace.settled()
        #expect(pace.hold(at: now) == nil)
        #expect(pace.hold(at: now) != nil)
    }
}

@Suite("The addresses that an app dials")
struct DialsTests {
    @Test("what is due first comes first, whatever was changed, dialled or removed meanwhile")
    func order() {
        var dials = Dials()
        let addresses = (0..<4).map { PeerAddress("h\($0):1") }
        for (index, address) in addresses.enumerated() { dials[address] = DialState(nextAt: .seconds(10 - index)) }
        #expect(dials.next()?.address == addresses[3])
        dials[addresses[3]]?.link = .dialled(1)
        dials[addresses[2]] = nil
        dials[addresses[0]]?.nextAt = .seconds(1)
        #expect(dials.next()?.address == addresses[0])
        dials[addresses[0]]?.nextAt = nil
        #expect(dials.next()?.address == addresses[1])
        dials[addresses[1]]?.nextAt = .seconds(20)
        #expect(dials.next()?.at == .seconds(20))
        dials[addresses[1]] = nil
        #expect(dials.next() == nil)
    }

    @Test("of two that are due at one time the smaller address comes first")
    func tie() {
        var dials = Dials()
        for name in ["c:1", "a:1", "b:1"] { dials[PeerAddress(name)] = DialState(nextAt: .zero) }
        #expect(dials.next()?.address == PeerAddress("a:1"))
    }
}
