import HTTPTypes
import Hummingbird
import NIOCore

extension BodyFields {
    /// Reads a request's body, no further than allowed.
    static func read(
        _ request: Request,
        maximumBytes: Int,
        maximumDepth: Int
    ) async throws(PeerAPIError) -> BodyFields {
        try BodyFields(await Self.bytes(of: request, atMost: maximumBytes), maximumDepth: maximumDepth)
    }

    /// Reads a request's body, no further than allowed.
    static func bytes(of request: Request, atMost maximumBytes: Int) async throws(PeerAPIError) -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
            throw .bodyTooLarge(limit: maximumBytes)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: maximumBytes)
        } catch is NIOTooManyBytesError {
            throw .bodyTooLarge(limit: maximumBytes)
        } catch {
            throw .unreadableBody
        }
        return Array(body.readableBytesView)
    }
}

extension TokenBox {
    /// Refuses a request that does not show what is asked for now.
    func authorize(_ request: Request) throws(PeerAPIError) {
        if let token = self.current {
            guard token.isCarried(by: request.headers[.authorization]) else { throw .unauthorized }
        } else if request.headers.contains(.origin) {
            // Without a token, any page that is open in a browser on this machine could change the peer.
            throw .browserRefused
        }
    }
}
