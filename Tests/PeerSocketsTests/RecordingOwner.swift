import NIOCore
import NIOPosix
import PeerSockets

/// What a test sees of sockets.
enum Happening: Sendable, Equatable {
    case opened(PeerSocket.Origin)
    case received(String)
    case drained
    case closed(SocketClose)
    case dialFailed(Int, String)
}

/// An owner that tells a stream of everything, and does at once what a test asks of it.
final class RecordingOwner: SocketOwner {
    private let told: AsyncStream<Happening>.Continuation
    private let isEchoing: Bool
    private let isPausing: Bool
    private(set) var sockets: [PeerSocket] = []

    init(_ told: AsyncStream<Happening>.Continuation, isEchoing: Bool = false, isPausing: Bool = false) {
        self.told = told
        self.isEchoing = isEchoing
        self.isPausing = isPausing
    }

    func opened(_ socket: PeerSocket) {
        self.sockets.append(socket)
        if self.isPausing { socket.pause() }
        self.told.yield(.opened(socket.origin))
    }

    func received(_ message: [UInt8], on socket: PeerSocket) {
        if self.isEchoing { socket.send(message) }
        self.told.yield(.received(String(decoding: message, as: UTF8.self)))
    }

    func drained(_ socket: PeerSocket) { self.told.yield(.drained) }

    func closed(_ socket: PeerSocket, _ reason: SocketClose) {
        self.sockets.removeAll { $0 === socket }
        self.told.yield(.closed(reason))
    }

    func dialFailed(_ attempt: Int, _ reason: String) { self.told.yield(.dialFailed(attempt, reason)) }
}

/// One end: an owner on a loop of its own, and what happens to it.
final class End: Sendable {
    let loop: any EventLoop
    private let owner: NIOLoopBound<RecordingOwner>
    private let stream: AsyncStream<Happening>

    static func make(isEchoing: Bool = false, isPausing: Bool = false) async throws -> End {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (stream, continuation) = AsyncStream.makeStream(of: Happening.self)
        let owner = try await loop.submit {
            NIOLoopBound(
                RecordingOwner(continuation, isEchoing: isEchoing, isPausing: isPausing),
                eventLoop: loop
            )
        }.get()
        return End(loop: loop, owner: owner, stream: stream)
    }

    private init(loop: any EventLoop, owner: NIOLoopBound<RecordingOwner>, stream: AsyncStream<Happening>) {
        self.loop = loop
        self.owner = owner
        self.stream = stream
    }

    /// Waits for the next thing that happens; the stream's own iteration keeps the order.
    func next() async -> Happening? {
        var iterator = self.stream.makeAsyncIterator()
        return await iterator.next()
    }

    func listen(tls: ServerTLS? = nil, limits: SocketLimits = SocketLimits()) async throws -> SocketServer {
        try await self.loop.flatSubmit { [owner, loop] in
            SocketServer.listen(host: "127.0.0.1", port: 0, tls: tls, limits: limits, on: loop, owner: owner.value)
        }.get()
    }

    func dial(
        _ port: Int,
        path: String = "/app",
        host: String = "127.0.0.1",
        tls: ClientTLS? = nil,
        limits: SocketLimits = SocketLimits()
    ) async throws {
        try await self.loop.submit { [owner, loop] in
            let target = SocketDialler.Target(host: host, port: port, path: path, tls: tls)
            SocketDialler(limits: limits).dial(target, attempt: 7, on: loop, owner: owner.value)
        }.get()
    }

    /// Does something with the one socket.
    func with<Result: Sendable>(_ body: @escaping @Sendable (PeerSocket) -> Result) async throws -> Result? {
        try await self.loop.submit { [owner] in owner.value.sockets.first.map(body) }.get()
    }
}
