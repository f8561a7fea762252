import Testing

@Suite("The watched folder", .timeLimit(.minutes(10)))
struct WatchedFolderTests {
    private static let sound = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: berlin}
        spec: {embedded: {}}
        """

    @Test("status and check tell what of the folder is refused, as long as it is")
    func refused() throws {
        let folder = try Folder()
        let path = try folder.write("manifests/berlin.yaml", Self.sound.replacing("embedded", with: "embeded"))
        let server = try Server(in: folder)
        let refused = try self.status(of: server) { $0.messages.isEmpty && $0.output.contains("berlin.yaml") }
        #expect(refused.code == 1)
        #expect(refused.output.contains("\(path):4:"), "\(refused.output)")
        let check = try server.run(["check"])
        #expect(check.code == 1)
        #expect(check.output.contains("✘ watched folder \(folder.path)/manifests: \(path):4:"), "\(check.output)")
        try folder.write("manifests/berlin.yaml", Self.sound)
        let mended = try self.status(of: server) { !$0.output.contains("berlin.yaml") }
        #expect(!mended.output.contains("manifests"))
        #expect(try server.run(["check"]).output.contains("all that it declares is applied"))
    }

    @Test("reconcile says of what is suspended that it is, and how it goes on")
    func suspended() throws {
        let server = try Server()
        #expect(try server.run(["apply", "-f", "-"], input: Self.sound).code == 0)
        #expect(try server.run(["suspend", "bigpeer/berlin"]).code == 0)
        for timeout in ["60s", "0s"] {
            let result = try server.run(["reconcile", "bigpeer/berlin", "--timeout", timeout])
            #expect(result.code == 0)
            #expect(
                result.output.contains(
                    "bigpeer.peerage.dev/berlin suspended: nothing is done while spec.suspend is set; "
                ),
                "\(result.output)\(result.messages)"
            )
            #expect(result.output.contains("`peerage resume bigpeer/berlin -n default`"))
        }
    }

    /// Asks for the status until the server has got so far.
    private func status(of server: Server, until isSo: (Program.Result) -> Bool) throws -> Program.Result {
        while true {
            let result = try server.run(["status"])
            if isSo(result) { return result }
            try Task.checkCancellation()
        }
    }
}
