import Synchronization
import Testing

@testable import HTTP

@Suite("HTTPStream")
struct HTTPStreamTests {
    private static func text(_ bytes: [UInt8]?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("chunks arrive one by one as they are sent")
    func oneByOne() async throws {
        let turns = (0..<5).map { _ in Signal() }
        try await withServer { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            for (index, turn) in turns.enumerated() {
                turn.block()
                connection.sendChunk("event \(index)")
            }
            connection.sendChunk("")
            connection.readUntilClosed()
        } body: { server, client in
            let stream = try await client.stream(HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(60))))
            #expect(stream.status == 200)
            #expect(stream.headers["content-type"] == "text/event-stream")
            for (index, turn) in turns.enumerated() {
                turn.fire()
                #expect(Self.text(try await stream.next()) == "event \(index)")
            }
            #expect(try await stream.next() == nil)
            #expect(try await stream.next() == nil)
        }
    }

    @Test("an error status comes with its body")
    func errorStatus() async throws {
        let script = LoopbackServer.answering { connection, _ in connection.respond("gone", status: "410 Gone") }
        try await withServer(script: script) { server, client in
            let stream = try await client.stream(
                HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))
            )
            #expect(stream.status == 410)
            #expect(Self.text(try await stream.rest(limit: 100)) == "gone")
            let other = try await client.stream(HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600))))
            let error = try await failure { try await other.rest(limit: 3) }
            #expect(error.kind == .responseTooLarge(limit: 3))
        }
    }

    @Test("a response without a body ends at once")
    func noBody() async throws {
        let script = LoopbackServer.answering { connection, _ in
            connection.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        try await withServer(script: script) { server, client in
            let stream = try await client.stream(
                HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))
            )
            #expect(stream.status == 204)
            #expect(try await stream.next() == nil)
        }
    }

    @Test("a consumer that does not read makes the server wait, and gets every byte in the end")
    func backpressure() async throws {
        let stalled = Signal()
        let total = Mutex(0)
        let resumed = Signal()
        let buffer = 64 << 10
        try await withServer(configuration: .test(streamBufferBytes: buffer)) { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            var sent = 0
            let piece = [UInt8](repeating: 7, count: 16 << 10)
            while connection.isWritable(withinMilliseconds: 300), connection.send(piece) { sent += piece.count }
            total.withLock { $0 = sent }
            stalled.fire()
            resumed.block()
            for _ in 0..<100 where connection.send(piece) { sent += piece.count }
            total.withLock { $0 = sent }
        } body: { server, client in
            let timeouts = HTTPTimeouts.stream(idle: .seconds(600))
            let stream = try await client.stream(HTTPRequest(.get, server.url(), timeouts: timeouts))
            await stalled.wait()
            resumed.fire()
            let first = try #require(try await stream.next())
            #expect(first.count >= buffer)
            #expect(first.count <= buffer + 64 << 10)
            var count = first.count
            while let more = try await stream.next() {
                #expect(more.count <= buffer + 64 << 10)
                count += more.count
            }
            #expect(count == total.withLock { $0 })
        }
    }

    @Test("the idle limit ends a stream on which nothing comes")
    func idle() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            connection.sendChunk("one")
            connection.readUntilClosed()
        } body: { server, client in
            // Long enough for a busy machine to send the beginning.
            let timeouts = HTTPTimeouts.stream(idle: .seconds(3))
            let stream = try await client.stream(HTTPRequest(.get, server.url(), timeouts: timeouts))
            #expect(Self.text(try await stream.next()) == "one")
            let error = try await failure { try await stream.next() }
            #expect(error.kind == .timedOut(.receiving))
            #expect(error.isRetryable)
        }
    }

    @Test("what arrived before the connection was lost is read before the error is thrown")
    func lost() async throws {
        let sent = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            connection.sendChunk("one")
            sent.block()
        } body: { server, client in
            let stream = try await client.stream(
                HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))
            )
            #expect(Self.text(try await stream.next()) == "one")
            sent.fire()
            let error = try await failure { try await stream.next() }
            #expect(error.kind == .connectionLost)
        }
    }

    @Test("cancelling the task that reads ends the stream and closes the connection")
    func cancelledTask() async throws {
        let closed = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            connection.readUntilClosed()
            closed.fire()
        } body: { server, client in
            let stream = try await client.stream(
                HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))
            )
            let task = Task { try await failure { try await stream.next() } }
            task.cancel()
            #expect(try await task.value.kind == .cancelled)
            await closed.wait()
        }
    }

    @Test("letting go of a stream closes the connection")
    func dropped() async throws {
        let closed = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            connection.readUntilClosed()
            closed.fire()
        } body: { server, client in
            _ = try await client.stream(HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600))))
            await closed.wait()
        }
    }

    @Test("endless streams can be left at any moment, full or not, and the client goes on")
    func leftAtAnyMoment() async throws {
        try await withServer(configuration: .test(streamBufferBytes: 1_000)) { connection in
            guard let request = connection.readRequest() else { return }
            guard request.path == "/endless" else {
                _ = connection.respond()
                return
            }
            connection.beginChunked()
            while connection.sendChunk(String(repeating: "x", count: 2_000)) {}
        } body: { server, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let stream = try await client.stream(HTTPRequest(.get, server.url("/endless")))
                        for _ in 0..<(index % 5) { _ = try await stream.next() }
                        if index % 2 == 0 { stream.cancel() }
                    }
                }
                try await group.waitForAll()
            }
            let response = try await client.send(
                HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))
            )
            #expect(response.status == 200)
        }
    }

    @Test("streams do not take the places of requests")
    func besideRequests() async throws {
        try await withServer(configuration: .test(maxRequestsPerHost: 1)) { connection in
            while let request = connection.readRequest() {
                if request.path == "/watch" { connection.beginChunked() } else { connection.respond() }
            }
        } body: { server, client in
            var streams: [HTTPStream] = []
            for _ in 0..<10 { streams.append(try await client.stream(HTTPRequest(.get, server.url("/watch")))) }
            #expect(
                try await client.send(HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))).status
                    == 200
            )
            #expect(streams.allSatisfy { $0.status == 200 })
        }
    }

    @Test("a shutdown ends streams")
    func shutdown() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            connection.readUntilClosed()
        } body: { server, client in
            let stream = try await client.stream(
                HTTPRequest(.get, server.url(), timeouts: .stream(idle: .seconds(600)))
            )
            client.shutdown()
            let error = try await failure { try await stream.next() }
            #expect(error.kind == .shutDown)
        }
    }

    @Test("a scripted stream is read like one from the network")
    func scripted() async throws {
        let cancelled = Signal()
        let (stream, feed) = HTTPStream.scripted(head: HTTPResponse(status: 200, body: [1])) { cancelled.fire() }
        feed.send([2, 3])
        #expect(try await stream.next() == [1, 2, 3])
        let next = Task { try await stream.next() }
        feed.send([4])
        #expect(try await next.value == [4])
        feed.finish()
        #expect(try await stream.next() == nil)
        stream.cancel()
        await cancelled.wait()
    }
}
