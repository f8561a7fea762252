import ChildProcess
import NIOCore
import PeerSockets
import Testing

/// The `websockets` package of PyPI (https://pypi.org/project/websockets/), as somebody else's reading of RFC 6455.
private enum Python {
    static let isThere = (try? run("import websockets", [])) == 0

    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        try ChildProcess("python3", ["-c", program] + arguments, messages: .dropped).wait()
    }

    /// Sends messages of many lengths, whole and in fragments, pings, and says goodbye.
    static let client = """
        import asyncio, sys, websockets
        async def main(url):
            async with websockets.connect(url, max_size=None) as socket:
                for length in (0, 1, 125, 126, 65535):
                    await socket.send("x" * length)
                    assert await socket.recv() == "x" * length
                await socket.send(["frag", "ment", "ed"])
                assert await socket.recv() == "fragmented"
                await (await socket.ping(b"are you there"))
                await socket.close(4001, "enough")
        asyncio.run(main(sys.argv[1]))
        """

    /// Echoes one connection, then ends.
    static let server = """
        import asyncio, sys, websockets
        async def main(port):
            over = asyncio.get_running_loop().create_future()
            async def echo(socket):
                async for message in socket:
                    await socket.send(message)
                over.set_result(socket.close_code)
            async with websockets.serve(echo, "127.0.0.1", port):
                sys.stdout.write("up")
                sys.stdout.flush()
                sys.exit(0 if await over == 1000 else 1)
        asyncio.run(main(int(sys.argv[1])))
        """
}

@Suite("Python's websockets", .timeLimit(.minutes(10)), .enabled(if: Python.isThere, "needs websockets from PyPI"))
struct PythonTests {
    @Test("a client of another make is understood, and understands")
    func client() async throws {
        let there = try await End.make(isEchoing: true)
        let server = try await there.listen()
        let url = "ws://127.0.0.1:\(server.port)/any"
        let status = try await Task.detached { try Python.run(Python.client, [url]) }.value
        #expect(status == 0)
        #expect(await there.next() == .opened(.accepted(path: "/any")))
        for length in [0, 1, 125, 126, 65_535] {
            #expect(await there.next() == .received(String(repeating: "x", count: length)))
        }
        #expect(await there.next() == .received("fragmented"))
        #expect(await there.next() == .closed(SocketClose(code: 4001, reason: "enough")))
        try await server.stop().get()
    }

    @Test("a server of another make is understood, and understands")
    func server() async throws {
        // A port that was free a moment ago.
        let here = try await End.make()
        let probe = try await here.listen()
        let port = probe.port
        try await probe.stop().get()
        let process = try ChildProcess("python3", ["-c", Python.server, "\(port)"], messages: .ours)
        #expect(process.next() == Array("up".utf8))
        try await here.dial(port)
        #expect(await here.next() == .opened(.dialled(attempt: 7)))
        let long = String(repeating: "ä", count: 30_000)
        _ = try await here.with { $0.send(Array(long.utf8)) }
        #expect(await here.next() == .received(long))
        _ = try await here.with { $0.close(.normal("done")) }
        #expect(await here.next() == .closed(.normal("done")))
        #expect(await process.end().code == 0)
    }
}
