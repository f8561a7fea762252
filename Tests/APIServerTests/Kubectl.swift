import Foundation
import JSON
import KubernetesModel
import Testing

@testable import APIServer

/// A kubectl to test with: the one on the `PATH`, and another one that `PEERAGE_SECOND_KUBECTL` names by its path.
///
/// There is no skipping: without a kubectl the tests fail, since what they show is what the standalone API is for.
struct Kubectl: Sendable, CustomTestStringConvertible {
    /// The program.
    let program: String

    /// All that are to be tested with.
    static let all: [Kubectl] = {
        let second = ProcessInfo.processInfo.environment["PEERAGE_SECOND_KUBECTL"]
        return [Kubectl(program: "kubectl")] + (second.map { [Kubectl(program: $0)] } ?? [])
    }()

    var testDescription: String { self.program }

    /// The client's minor version: 20 for 1.20.
    func minor() async throws -> Int {
        let version = try await run(self.program, ["version", "--client", "-o", "json"])
        let start = try #require(version.text.firstIndex(of: "{"), "\(self.program): \(version.text)")
        let json = try JSONValue(parsing: String(version.text[start...]))
        return try #require(Int(json["clientVersion"]?["minor"]?.string?.filter(\.isNumber) ?? ""))
    }
}

/// A kubectl that speaks to a server of its own.
struct KubectlSession: Sendable {
    let program: Kubectl
    let kubeconfig: String
    let folder: TestFolder
    let server: TestServer

    /// Runs a server, with what the standalone process runs beside it, while a body runs.
    static func run(
        _ program: Kubectl,
        _ body: @Sendable (KubectlSession) async throws -> Void
    ) async throws {
        try await TestServer.run(collectsGarbage: true) { server in
            let folder = try TestFolder()
            try await body(
                KubectlSession(
                    program: program,
                    kubeconfig: server.endpoint.kubeconfigPath,
                    folder: folder,
                    server: server
                )
            )
        }
    }

    /// Runs kubectl, whatever comes of it.
    func attempt(
        _ line: String,
        input: String = "",
        environment: [String: String] = [:]
    ) async throws -> (code: Int32, text: String) {
        let common = ["--kubeconfig", self.kubeconfig, "--cache-dir", "\(self.folder.path)/cache"]
        return try await APIServerTests.run(
            self.program.program,
            common + Self.words(of: line),
            input: input,
            environment: environment
        )
    }

    /// Runs kubectl, which must succeed and print some text.
    @discardableResult
    func expect(
        _ line: String,
        prints texts: String...,
        input: String = "",
        environment: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let result = try await self.attempt(line, input: input, environment: environment)
        #expect(result.code == 0, "kubectl \(line): \(result.text)", sourceLocation: location)
        for text in texts {
            #expect(result.text.contains(text), "kubectl \(line): \(result.text)", sourceLocation: location)
        }
        return result.text
    }

    /// Runs kubectl, which must fail and say why.
    func expectFailure(
        _ line: String,
        prints texts: String...,
        input: String = "",
        environment: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await self.attempt(line, input: input, environment: environment)
        #expect(result.code != 0, "kubectl \(line): \(result.text)", sourceLocation: location)
        for text in texts {
            #expect(result.text.contains(text), "kubectl \(line): \(result.text)", sourceLocation: location)
        }
    }

    /// Creates a Big Peer that is not acted on.
    func createPeer(_ name: String, more: String = "", at location: SourceLocation = #_sourceLocation) async throws {
        try await self.expect("apply -f -", prints: "created", input: Self.peer(name, more: more), at: location)
    }

    /// The manifest of a Big Peer.
    static func peer(_ name: String, url: String = "http://127.0.0.1:1", more: String = "") -> String {
        """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: \(name)\(more.isEmpty ? "" : ", \(more)")}
        spec: {suspend: true, endpoint: {url: "\(url)"}}
        ---

        """
    }

    /// The words of a line; single quotes hold one together.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            guard index % 2 == 0 else {
                words[words.count - 1] += part
                continue
            }
            let pieces = part.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            if words.isEmpty {
                words = pieces
            } else {
                words[words.count - 1] += pieces[0]
                words += pieces.dropFirst()
            }
        }
        return words.filter { !$0.isEmpty }
    }
}
