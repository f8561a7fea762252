import Testing

@testable import HTTP

@Suite("HTTPClient ends")
struct HTTPClientEndTests {
    @Test("a task cancelled beforehand sends nothing")
    func cancelledBefore() async throws {
        try await withServer(script: LoopbackServer.answering { connection, _ in connection.respond() }) {
            server,
            client in
            let start = Signal()
            let task = Task {
                await start.wait()
                return try await failure { try await client.send(HTTPRequest(.get, server.url())) }
            }
            task.cancel()
            start.fire()
            let error = try await task.value
            #expect(error.kind == .cancelled)
            #expect(!error.mayHaveReachedServer)
            #expect(server.connectionCount == 0)
        }
    }

    @Test("a task cancelled while the server thinks ends at once and closes the connection")
    func cancelledDuring() async throws {
        let arrived = Signal()
        let closed = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            arrived.fire()
            connection.readUntilClosed()
            closed.fire()
        } body: { server, client in
            let task = Task { try await failure { try await client.send(HTTPRequest(.post, server.url(), body: [1])) } }
            await arrived.wait()
            task.cancel()
            let error = try await task.value
            #expect(error.kind == .cancelled)
            #expect(error.mayHaveReachedServer)
            #expect(!error.isRetryable)
            await closed.wait()
        }
    }

    @Test("a task cancelled in the queue ends although the host is busy")
    func cancelledInQueue() async throws {
        let arrived = Signal()
        let release = Signal()
        try await withServer(configuration: .test(maxRequestsPerHost: 1)) { connection in
            while connection.readRequest() != nil {
                arrived.fire()
                release.block()
                connection.respond()
            }
        } body: { server, client in
            let first = Task { try await client.send(HTTPRequest(.get, server.url("/1"))) }
            await arrived.wait()
            let second = Task { try await failure { try await client.send(HTTPRequest(.get, server.url("/2"))) } }
            second.cancel()
            let error = try await second.value
            #expect(error.kind == .cancelled)
            let third = Task { try await client.send(HTTPRequest(.get, server.url("/3"))) }
            release.fire()
            #expect(try await first.value.status == 200)
            #expect(try await third.value.status == 200)
            #expect(server.requestCount == 2)
        }
    }

    @Test("cancelling hundreds of requests at whatever moment ends every one")
    func cancelledAnywhere() async throws {
        try await withServer(script: LoopbackServer.answering { connection, _ in connection.respond("x") }) {
            server,
            client in
            let url = server.url()
            let tasks = (0..<500).map { _ in Task { try await client.send(HTTPRequest(.get, url)) } }
            for task in tasks.reversed() { task.cancel() }
            for task in tasks { _ = await task.result }
            let response = try await client.send(HTTPRequest(.get, url))
            #expect(response.status == 200)
        }
    }

    @Test("the total limit ends a request that the server does not answer")
    func totalTimeout() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.readUntilClosed()
        } body: { server, client in
            // Long enough for a busy machine to send the request.
            let timeouts = HTTPTimeouts(total: .seconds(3))
            let request = HTTPRequest(.post, server.url(), body: [1], timeouts: timeouts)
            let error = try await failure { try await client.send(request) }
            #expect(error.kind == .timedOut(.waiting))
            #expect(error.mayHaveReachedServer)
            #expect(error.isRetryable)
        }
    }

    @Test("the total limit counts the wait for a free place at the host")
    func timeoutInQueue() async throws {
        let arrived = Signal()
        let release = Signal()
        try await withServer(configuration: .test(maxRequestsPerHost: 1)) { connection in
            _ = connection.readRequest()
            arrived.fire()
            release.block()
            connection.respond()
        } body: { server, client in
            let first = Task { try await client.send(HTTPRequest(.get, server.url())) }
            await arrived.wait()
            let request = HTTPRequest(.post, server.url(), timeouts: HTTPTimeouts(total: .milliseconds(20)))
            let error = try await failure { try await client.send(request) }
            #expect(error.kind == .timedOut(.queued))
            #expect(!error.mayHaveReachedServer)
            release.fire()
            #expect(try await first.value.status == 200)
        }
    }

    @Test("the idle limit ends a body that stops coming, although the total limit is far")
    func idleBody() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connection.readUntilClosed()
        } body: { server, client in
            let timeouts = HTTPTimeouts(total: .seconds(3_600), idle: .seconds(3))
            let error = try await failure { try await client.send(HTTPRequest(.get, server.url(), timeouts: timeouts)) }
            #expect(error.kind == .timedOut(.receiving))
        }
    }

    @Test("the connect limit ends a handshake that the server does not take part in")
    func connectTimeout() async throws {
        // The kernel accepts, nobody speaks TLS.
        try await withServer { connection in
            connection.readUntilClosed()
        } body: { server, client in
            let url = "https://127.0.0.1:\(server.port)/"
            let request = HTTPRequest(.get, url, timeouts: HTTPTimeouts(connect: .milliseconds(50)))
            let error = try await failure { try await client.send(request) }
            #expect(error.kind == .timedOut(.connecting))
            #expect(!error.mayHaveReachedServer)
        }
    }

    @Test("a shutdown fails what runs, what waits and what comes later")
    func shutdown() async throws {
        let arrived = Signal()
        try await withServer(configuration: .test(maxRequestsPerHost: 1)) { connection in
            _ = connection.readRequest()
            arrived.fire()
            connection.readUntilClosed()
        } body: { server, client in
            let tasks = (0..<10).map { _ in
                Task { try await failure { try await client.send(HTTPRequest(.get, server.url())) } }
            }
            await arrived.wait()
            client.shutdown()
            for task in tasks { #expect(try await task.value.kind == .shutDown) }
            let later = try await failure { try await client.send(HTTPRequest(.get, server.url())) }
            #expect(later.kind == .shutDown)
            #expect(!later.mayHaveReachedServer)
            client.shutdown()
        }
    }

    @Test("clients come and go without leaving anything open")
    func manyClients() async throws {
        let server = try LoopbackServer(LoopbackServer.answering { connection, _ in connection.respond() })
        defer { server.stop() }
        for _ in 0..<50 {
            let client = HTTPClient(configuration: .test())
            #expect(try await client.send(HTTPRequest(.get, server.url())).status == 200)
        }
        #expect(server.connectionCount == 50)
    }
}
