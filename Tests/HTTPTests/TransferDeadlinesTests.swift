import Testing

@testable import HTTP

@Suite("TransferDeadlines")
struct TransferDeadlinesTests {
    @Test("the total limit counts from the start, whatever happens")
    func total() {
        var deadlines = TransferDeadlines(HTTPTimeouts(total: .seconds(1)), now: 100)
        deadlines.touch(now: 900)
        #expect(deadlines.next == 1_100)
        #expect(!deadlines.isOver(now: 1_099))
        #expect(deadlines.isOver(now: 1_100))
        #expect(!deadlines.isIdle(now: .max - 1))
    }

    @Test("silence counts from the last sign of life, and not while we do not listen")
    func idle() {
        var deadlines = TransferDeadlines(.stream(idle: .milliseconds(50)), now: 0)
        #expect(deadlines.next == 50)
        deadlines.touch(now: 40)
        #expect(!deadlines.isIdle(now: 89))
        #expect(deadlines.isIdle(now: 90))
        deadlines.pause()
        #expect(!deadlines.isIdle(now: 1_000))
        #expect(deadlines.next == Int.max)
        deadlines.resume(now: 1_000)
        #expect(deadlines.next == 1_050)
    }

    @Test(
        "a limit in milliseconds is at least one and never too long for the clock",
        arguments: [
            (Duration.zero, 1), (.seconds(-5), 1), (.microseconds(1), 1), (.milliseconds(1_500), 1_500),
            (.seconds(Int64.max), 2_000_000_000),
        ]
    )
    func milliseconds(_ limit: Duration, _ expected: Int) {
        #expect(limit.limitMilliseconds == expected)
    }
}

@Suite("HostLane")
struct HostLaneTests {
    @Test("places are given in order, and those who have gone are passed over")
    func order() {
        var lane = HostLane(limit: 2)
        let entered = (1...4).map { lane.enter(TransferID($0)) }
        #expect(entered == [true, true, false, false])
        let next = lane.leave { $0 != 3 }
        #expect(next == 4)
        let nobody = lane.leave { _ in true }
        #expect(nobody == nil)
        #expect(!lane.isEmpty)
        _ = lane.leave { _ in true }
        #expect(lane.isEmpty)
    }

    @Test("a long queue comes out as it went in")
    func long() {
        var lane = HostLane(limit: 1)
        let entered = (0...5_000).map { lane.enter(TransferID($0)) }
        #expect(entered.filter(\.self).count == 1)
        let left = (1...5_000).map { _ in lane.leave { _ in true } }
        #expect(left == (1...5_000).map { TransferID($0) })
        _ = lane.leave { _ in true }
        #expect(lane.isEmpty)
    }
}
