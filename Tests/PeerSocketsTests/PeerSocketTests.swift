import NIOCore
import NIOPosix
import PeerSockets
import TestCertificate
import Testing

@Suite("Peer socket", .timeLimit(.minutes(10)))
struct PeerSocketTests {
    @Test("messages go both ways, in order, over a path that the other end sees")
    func echo() async throws {
        let (here, there) = (try await End.make(), try await End.make(isEchoing: true))
        let server = try await there.listen()
        try await here.dial(server.port, path: "/2164bef3")
        #expect(await here.next() == .opened(.dialled(attempt: 7)))
        #expect(await there.next() == .opened(.accepted(path: "/2164bef3")))
        _ = try await here.with { socket in
            for index in 0..<500 { socket.send(Array("message \(index)".utf8)) }
        }
        for index in 0..<500 {
            #expect(await there.next() == .received("message \(index)"))
            #expect(await here.next() == .received("message \(index)"))
        }
        _ = try await here.with { $0.close(.normal("done")) }
        #expect(await there.next() == .closed(.normal("done")))
        #expect(await here.next() == .closed(.normal("done")))
        try await server.stop().get()
    }

    @Test("a message longer than a frame arrives whole; one longer than the limit ends the connection")
    func lengths() async throws {
        let (here, there) = (try await End.make(), try await End.make(isEchoing: true))
        let server = try await there.listen()
        try await here.dial(server.port)
        _ = (await here.next(), await there.next())
        let long = String(repeating: "x", count: 65_535)
        _ = try await here.with { $0.send(Array(long.utf8)) }
        #expect(await here.next() == .received(long))
        _ = await there.next()
        _ = try await here.with { $0.send(Array((long + "y").utf8)) }
        #expect(await here.next() == .closed(.tooLarge("a message may have 65535 bytes")))
        #expect(await there.next() == .closed(.tooLarge("a message may have 65535 bytes")))
        try await server.stop().get()
    }

    @Test("raised limits let long messages through in long frames")
    func raised() async throws {
        let (here, there) = (try await End.make(), try await End.make())
        let server = try await there.listen()
        try await here.dial(server.port)
        _ = (await here.next(), await there.next())
        for end in [here, there] {
            _ = try await end.with { $0.raiseLimits(message: 8 << 20, outgoingFrame: 1 << 20) }
        }
        let long = String(repeating: "x", count: 3 << 20)
        _ = try await here.with { $0.send(Array(long.utf8)) }
        #expect(await there.next() == .received(long))
        try await server.stop().get()
    }

    @Test("who pauses makes the sender full, and gets everything after going on")
    func backPressure() async throws {
        var limits = SocketLimits()
        limits.unsentBytes = 64 << 10
        let (here, there) = (try await End.make(), try await End.make(isPausing: true))
        let server = try await there.listen(limits: limits)
        try await here.dial(server.port, limits: limits)
        _ = (await here.next(), await there.next())
        let text = Array(String(repeating: "z", count: 60_000).utf8)
        // As much as TCP's buffers on both ends hold, and then some; one message a turn, so that it is really written.
        var sent = 0
        while try await here.with({ socket in
            guard socket.isWritable else { return false }
            socket.send(text)
            return true
        }) == true {
            sent += 1
            try #require(sent < 10_000)
        }
        _ = try await there.with { $0.resume() }
        for _ in 0..<sent { #expect(await there.next() == .received(String(decoding: text, as: UTF8.self))) }
        #expect(await here.next() == .drained)
        try await server.stop().get()
    }

    @Test("what is no WebSocket is told so")
    func plainHTTP() async throws {
        let there = try await End.make()
        let server = try await there.listen()
        let answer = try await RawClient.ask(server.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
        #expect(answer.hasSuffix("connect with ws:// or wss://\n"))
        let garbage = try await RawClient.ask(server.port, "\u{1}\u{2}\u{3}\r\n\r\n")
        #expect(garbage.isEmpty || garbage.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        try await server.stop().get()
    }

    @Test("who says nothing is closed after the time for the handshake")
    func silence() async throws {
        var limits = SocketLimits()
        limits.handshake = .milliseconds(20)
        let there = try await End.make()
        let server = try await there.listen(limits: limits)
        // Ends only because the server closes.
        #expect(try await RawClient.ask(server.port, "") == "")
        try await server.stop().get()
    }

    @Test("one connection more than the limit is closed")
    func tooMany() async throws {
        var limits = SocketLimits()
        limits.connections = 1
        let (here, other, there) = (try await End.make(), try await End.make(), try await End.make())
        let server = try await there.listen(limits: limits)
        try await here.dial(server.port)
        #expect(await here.next() == .opened(.dialled(attempt: 7)))
        try await other.dial(server.port)
        guard case .dialFailed(7, _) = await other.next() else {
            Issue.record("the second connection was accepted")
            return
        }
        try await server.stop().get()
    }

    @Test("a dial that finds nobody is told with its address and the reason")
    func failures() async throws {
        let here = try await End.make()
        // Port 1 (tcpmux, RFC 1078) has had no service for decades.
        try await here.dial(1)
        #expect(await here.next() == .dialFailed(7, "127.0.0.1:1: Connection refused"))
    }

    @Test("over TLS, and only with the authority that signed the certificate")
    func tls() async throws {
        let (here, stranger, there) = (try await End.make(), try await End.make(), try await End.make(isEchoing: true))
        let server = try await there.listen(
            tls: try ServerTLS(certificatePEM: TestCertificate.certificate, keyPEM: TestCertificate.key)
        )
        try await here.dial(
            server.port,
            host: "localhost",
            tls: try ClientTLS(authorityPEM: TestCertificate.certificate)
        )
        #expect(await here.next() == .opened(.dialled(attempt: 7)))
        _ = try await here.with { $0.send(Array("secret".utf8)) }
        #expect(await here.next() == .received("secret"))
        try await stranger.dial(server.port, host: "localhost", tls: try ClientTLS(authorityPEM: nil))
        guard case .dialFailed(7, let reason) = await stranger.next() else {
            Issue.record("a certificate of nobody was trusted")
            return
        }
        #expect(reason.contains("CERTIFICATE_VERIFY_FAILED"))
        try await server.stop().get()
    }
}
