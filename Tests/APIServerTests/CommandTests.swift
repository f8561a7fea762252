import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Foreign clients")
struct CommandTests {
    @Test("curl speaks to the server with the authority and the token", .enabled(if: isInstalled("curl")))
    func curl() async throws {
        try await TestServer.run { server in
            let folder = try TestFolder()
            try PrivateFile.replace("\(folder.path)/ca", with: String(decoding: server.authority, as: UTF8.self))
            let common = ["-sS", "--cacert", "\(folder.path)/ca", "-H", "Authorization: Bearer \(server.token)"]
            let url = "\(server.endpoint.url)/apis/example.dev/v1/namespaces/fleet/widgets"
            let created = try await run(
                "curl",
                common + ["-d", widget("a").text, "-H", "Content-Type: application/json", url]
            )
            #expect(try JSONValue(parsing: created.text)["metadata"]?["name"] == "a")
            let watched = try await run("curl", common + ["\(url)?watch=1&timeoutSeconds=1"])
            #expect(watched.code == 0)
            #expect(watched.text.contains("\"ADDED\""))
            let untrusted = try await run("curl", ["-sS", url])
            #expect(untrusted.code == 60)
        }
    }
}
