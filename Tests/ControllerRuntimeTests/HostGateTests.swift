import Clocks
import ControllerRuntime
import Testing

@Suite("HostGate")
struct HostGateTests {
    static func state(_ configure: (inout HostGateConfiguration) -> Void = { _ in }) -> HostGateState {
        var configuration = HostGateConfiguration()
        configuration.probeInterval = Backoff(base: .seconds(2), cap: .seconds(60), jitter: 0)
        configure(&configuration)
        return HostGateState(configuration, seed: 1)
    }

    @Test("without a limit everything goes")
    func noLimit() {
        var gate = Self.state()
        for _ in 0..<10_000 { #expect(gate.admit(now: .zero) == .go) }
    }

    @Test("a limit lets a burst through, then one by one, each with a place of its own in line")
    func rate() {
        var gate = Self.state {
            $0.requestsPerSecond = 10
            $0.burst = 3
            $0.maximumWait = .milliseconds(250)
        }
        for _ in 0..<3 { #expect(gate.admit(now: .zero) == .go) }
        #expect(gate.admit(now: .zero) == .wait(until: .milliseconds(100)))
        #expect(gate.admit(now: .zero) == .wait(until: .milliseconds(200)))
        guard case .refuse(let until, .rateLimited) = gate.admit(now: .zero) else {
            Issue.record("the line is too long")
            return
        }
        #expect(until > .milliseconds(250))
        #expect(gate.admit(now: .seconds(10)) == .go)
    }

    @Test("failures in a row open the circuit; an answer in between starts the count anew")
    func opens() {
        var gate = Self.state { $0.failuresToOpen = 3 }
        for outcome in [HostOutcome.failed(), .failed(), .answered, .failed(), .throttled()] {
            gate.record(outcome, now: .zero)
        }
        #expect(gate.circuit == .closed(failures: 2))
        gate.record(.failed(), now: .zero)
        #expect(gate.circuit == .open(until: .seconds(2), openings: 1))
        #expect(gate.admit(now: .seconds(1)) == .refuse(until: .seconds(2), .circuitOpen))
        gate.record(.answered, now: .seconds(1))
        #expect(gate.admit(now: .seconds(1)) == .refuse(until: .seconds(2), .circuitOpen))
    }

    @Test("one probe goes at a time; its success closes the circuit, its failure opens it for longer")
    func probes() {
        var gate = Self.state { $0.failuresToOpen = 1 }
        gate.record(.failed(), now: .zero)
        #expect(gate.admit(now: .seconds(2)) == .go)
        guard case .refuse(_, .circuitOpen) = gate.admit(now: .seconds(2)) else {
            Issue.record("a second probe went")
            return
        }
        gate.record(.failed(), now: .seconds(3))
        #expect(gate.circuit == .open(until: .seconds(7), openings: 2))
        #expect(gate.admit(now: .seconds(7)) == .go)
        gate.record(.abandoned, now: .seconds(8))
        #expect(gate.admit(now: .seconds(8)) == .go)
        gate.record(.answered, now: .seconds(8))
        #expect(gate.circuit == .closed(failures: 0))
        #expect(gate.admit(now: .seconds(8)) == .go)
    }

    @Test("a probe without a verdict is given up after a while")
    func lostProbe() {
        var gate = Self.state { $0.failuresToOpen = 1 }
        gate.record(.failed(), now: .zero)
        #expect(gate.admit(now: .seconds(2)) == .go)
        #expect(gate.admit(now: .seconds(61)) != .go)
        #expect(gate.admit(now: .seconds(62)) == .go)
    }

    @Test("Retry-After is honoured, but not for ever")
    func retryAfter() {
        var gate = Self.state { $0.failuresToOpen = 100 }
        gate.record(.failed(retryAfter: .seconds(30)), now: .zero)
        gate.record(.throttled(retryAfter: .seconds(10)), now: .zero)
        #expect(gate.admit(now: .seconds(29)) == .refuse(until: .seconds(30), .retryAfter))
        #expect(gate.admit(now: .seconds(30)) == .go)
        gate.record(.failed(retryAfter: .seconds(Int64.max)), now: .zero)
        #expect(gate.blockedUntil == .seconds(3_600))
    }

    @Test("429 halves the rate, once per second, and time restores it")
    func lowers() throws {
        var gate = Self.state {
            $0.requestsPerSecond = 60
            $0.failuresToOpen = 1_000
        }
        for _ in 0..<5 { gate.record(.throttled(), now: .zero) }
        #expect(gate.requestsPerSecond(now: .zero) == 30)
        gate.record(.throttled(), now: .seconds(1))
        let loweredAnswer = gate.requestsPerSecond(now: .seconds(1))
        let lowered = try #require(loweredAnswer)
        #expect(lowered < 16)
        let laterAnswer = gate.requestsPerSecond(now: .seconds(11))
        let later = try #require(laterAnswer)
        #expect(abs(later - lowered - 10) < 0.001)
        #expect(gate.requestsPerSecond(now: .seconds(120)) == 60)
    }

    @Test("429 sets a rate where none was configured, and time lifts it")
    func learns() throws {
        var gate = Self.state { $0.failuresToOpen = 1_000 }
        for number in 0..<200 { _ = gate.admit(now: .milliseconds(number * 10)) }
        gate.record(.throttled(), now: .seconds(2))
        let rateAnswer = gate.requestsPerSecond(now: .seconds(2))
        let rate = try #require(rateAnswer)
        #expect((40...60).contains(rate))
        #expect(gate.requestsPerSecond(now: .seconds(100)) == nil)
    }

    @Test("a thousand keys against a failing host send few requests (F14)")
    func herd() {
        var gate = Self.state { $0.probeInterval = Backoff(base: .seconds(2), cap: .seconds(300), jitter: 0.5) }
        var due = [Duration](repeating: .zero, count: 1_000)
        var sent = 0
        for second in 0..<600 {
            let now = Duration.seconds(second)
            for key in due.indices where due[key] <= now {
                switch gate.admit(now: now) {
                case .go:
                    sent += 1
                    gate.record(.failed(), now: now)
                    due[key] = now + .seconds(1)
                case .wait(let until), .refuse(let until, _):
                    due[key] = until
                }
            }
        }
        #expect(sent < 30)
    }
}

@Suite("HostGates", .timeLimit(.minutes(10)))
struct HostGatesTests {
    @Test("hosts do not affect each other; a removed host is new again")
    func independent() async throws {
        let time = ManualTime()
        let gates = HostGates(time: time, seed: 1)
        for _ in 0..<5 {
            try await gates.pass("bad")
            gates.record(.failed(), of: "bad")
        }
        await #expect(throws: HostGateError.self) { try await gates.pass("bad") }
        try await gates.pass("good")
        #expect(gates.statuses.keys.sorted() == ["bad", "good"])
        gates.remove("bad")
        #expect(gates.status(of: "bad") == nil)
        try await gates.pass("bad")
    }

    @Test("a request waits for its place, and is refused when the host fails meanwhile")
    func waits() async throws {
        let time = ManualTime()
        let gates = HostGates(time: time, seed: 1)
        var configuration = HostGateConfiguration()
        configuration.requestsPerSecond = 1
        configuration.burst = 1
        configuration.failuresToOpen = 1
        gates.configure("host", configuration)
        try await gates.pass("host")
        let second = Task { try await gates.pass("host") }
        await time.untilSleeping(to: .seconds(1))
        time.advance(by: .seconds(1))
        #expect(try await second.value == .seconds(1))
        let third = Task { try await gates.pass("host") }
        await time.untilSleeping(to: .seconds(2))
        gates.record(.failed(), of: "host")
        time.advance(by: .seconds(1))
        let error = await #expect(throws: HostGateError.self) { try await third.value }
        #expect(error?.reason == .circuitOpen)
        gates.configure("host", nil)
        #expect(gates.status(of: "host")?.requestsPerSecond == nil)
    }

    @Test("the error says which host, why, and when")
    func words() {
        let error = HostGateError(host: "berlin:4040", reason: .retryAfter, delay: .seconds(30))
        #expect(
            error.description
                == "no request to berlin:4040 now: it asked to be left alone; the next try is in 30s"
        )
    }

    @Test("a host that was seen to answer is asked again at once, and no other")
    func reset() {
        var configuration = HostGateConfiguration()
        configuration.failuresToOpen = 1
        let gates = HostGates(time: ManualTime(), defaults: configuration, seed: 1)
        for host in ["a", "b"] { gates.record(.failed(), of: host) }
        gates.reset("a")
        #expect(gates.admit("a") == .go)
        guard case .refuse(_, .circuitOpen) = gates.admit("b") else {
            Issue.record("another host's circuit was closed")
            return
        }
    }

    @Test("a healthy host keeps its place in line when it is seen to answer")
    func resetHealthy() {
        var configuration = HostGateConfiguration()
        configuration.requestsPerSecond = 1
        configuration.burst = 1
        let gates = HostGates(time: ManualTime(), defaults: configuration, seed: 1)
        #expect(gates.admit("a") == .go)
        gates.reset("a")
        #expect(gates.admit("a") != .go)
    }
}
