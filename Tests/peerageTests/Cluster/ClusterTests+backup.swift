import JSON
import Testing

extension ClusterTests {
    @Test("a backup of a host's peer is put back in its folder when the host is stopped, and not while it runs")
    func restoreAtHost() async throws {
        let scene = try await Scene()
        let controller = try scene.controller()
        var host = try scene.host()
        try await scene.kubectl("apply", "-f", "-", input: Self.third)
        try await scene.untilReady("bp,bpa")
        let backup = "\(scene.folder.path)/cars.backup"
        let place = ["rome", "--app", "cars", "-n", scene.namespace, "--data", "\(scene.folder.path)/default"]

        _ = try Self.query("INSERT INTO cars DOCUMENTS ({'_id': 'a', 'n': 1}), ({'_id': 'b', 'n': 1})", scene)
        let made = try Program.run(["backup"] + place + ["--to", backup])
        #expect(made.code == 0, "\(made.messages)")
        _ = try Self.query("UPDATE cars SET n = 2 WHERE _id = 'a'", scene)
        _ = try Self.query("DELETE FROM cars WHERE _id = 'b'", scene)

        let early = try Program.run(["restore"] + place + ["--from", backup])
        #expect(early.code == 1)
        #expect(early.messages.contains("stop it first"), "\(early.messages)")
        #expect(try Self.query("SELECT * FROM cars", scene) == [["_id": "a", "n": 2]])
        #expect(try await host.stop() == 0)
        let restored = try Program.run(["restore"] + place + ["--from", backup])
        #expect(restored.code == 0, "\(restored.messages)")
        #expect(restored.output.hasPrefix("app cars at \(scene.namespace)/rome: 2 documents in 1 collection, as of 20"))

        host = try scene.host()
        var documents = try Self.query("SELECT * FROM cars ORDER BY _id", scene)
        // Until it listens again.
        for _ in 0..<200 where documents == nil {
            documents = try Self.query("SELECT * FROM cars ORDER BY _id", scene)
        }
        #expect(documents == [["_id": "a", "n": 1], ["_id": "b", "n": 1]])
        try await scene.clear()
        #expect(try await controller.stop() == 0)
        #expect(try await host.stop() == 0)
    }

    /// The rows of an answer; `nil`: nobody answers.
    private static func query(_ statement: String, _ scene: Scene) throws -> JSONValue? {
        let result = try Program.run([
            "query", "--peer", "rome", "--app", "cars", statement, "-o", "json", "-n", scene.namespace,
            "--kubeconfig", scene.server.kubeconfig,
        ])
        return result.code == 0 ? try JSONValue(parsing: result.output)["items"] : nil
    }
}
