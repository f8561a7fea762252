import Foundation
import JSON
import KubernetesModel
import Testing

@testable import APIServer

/// Runs a program and waits for it.
///
/// - Parameters:
///   - name: The program, looked for on the `PATH`.
///   - arguments: Its arguments.
///   - input: What it reads.
/// - Returns: Its exit code, and what it wrote to both of its outputs.
/// - Throws: When it cannot be started.
private func run(_ name: String, _ arguments: [String], input: String = "") async throws -> (code: Int32, text: String)
{
    try await withCheckedThrowingContinuation { done in
        DispatchQueue.global().async {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [name] + arguments
            let (stdin, output) = (Pipe(), Pipe())
            process.standardInput = stdin
            process.standardOutput = output
            process.standardError = output
            do {
                try process.run()
                try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try stdin.fileHandleForWriting.close()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                done.resume(returning: (process.terminationStatus, text))
            } catch {
                done.resume(throwing: error)
            }
        }
    }
}

private func isInstalled(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}

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

    @Test("kubectl lists, creates, patches, describes, explains and deletes", .enabled(if: isInstalled("kubectl")))
    func kubectl() async throws {
        try await TestServer.run { server in
            let folder = try TestFolder()
            let common = ["--kubeconfig", server.endpoint.kubeconfigPath, "--cache-dir", folder.path]
            let manifest = "apiVersion: example.dev/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 3}\n"
            let steps: [(arguments: [String], expected: String)] = [
                (["create", "-f", "-"], "widget.example.dev/a created"),
                (["apply", "-f", "-"], "widget.example.dev/a configured"),
                (["apply", "-f", "-"], "widget.example.dev/a unchanged"),
                (["get", "wd", "--no-headers"], "a     3"),
                (["get", "widgets", "-A"], "NAMESPACE"),
                (["get", "example", "-o", "name"], "widget.example.dev/a"),
                (
                    ["patch", "widget", "a", "--type", "merge", "-p", #"{"spec":{"size":4}}"#],
                    "widget.example.dev/a patched"
                ),
                (["label", "widget", "a", "x=y"], "widget.example.dev/a labeled"),
                (["annotate", "widget", "a", "note=some text"], "widget.example.dev/a annotated"),
                (["get", "wd", "-l", "x=y", "-o", "jsonpath={.items[0].spec.size}"], "4"),
                (["describe", "wd", "a"], "Size:  4"),
                (["explain", "widget.spec.size"], "How big."),
                (["api-resources", "--api-group", "example.dev"], "wd"),
                (["create", "secret", "generic", "s", "--from-literal=k=v"], "secret/s created"),
                (["create", "configmap", "c", "--from-literal=k=v"], "configmap/c created"),
                (["create", "namespace", "depot"], "namespace/depot created"),
                (["get", "secret", "s", "-o", "jsonpath={.data.k}"], "dg=="),
                (["get", "secrets"], "Opaque"),
                (["get", "ns"], "Active"),
                (["get", "events"], "No resources found"),
                (["version"], "Server Version"),
                (["delete", "wd", "a"], #"widget.example.dev "a" deleted"#),
                (["get", "wd", "a"], "NotFound"),
            ]
            for step in steps {
                let input = step.arguments.last == "-" ? manifest : ""
                let result = try await run("kubectl", common + step.arguments, input: input)
                #expect(
                    result.text.contains(step.expected),
                    "kubectl \(step.arguments.joined(separator: " ")): \(result.text)"
                )
            }
        }
    }
}
