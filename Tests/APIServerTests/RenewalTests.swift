import Clocks
import HTTP
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Serving certificate")
struct RenewalTests {
    @Test("a process that outlives its certificate shows a new one")
    func renewal() async throws {
        // The server starts in a past in which its certificate is good; by the client's clock it has run out.
        let time = ManualTime(wall: SystemWallClock().now() + .seconds(-500 * 86_400))
        try await TestServer.run(clock: time) { (server: TestServer) async throws -> Void in
            await #expect(throws: (any Error).self) { try await server.send(.get, "/version") }
            time.jump(by: .seconds(500 * 86_400))
            let version = try await server.send(.get, "/version")
            #expect(version.status == 200)
            let secrets = try await server.send(.get, "/api/v1/secrets")
            #expect(secrets.status == 200)
        }
    }
}
