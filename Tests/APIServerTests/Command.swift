import Foundation
import ProcessOutput

/// Runs a program and waits for it.
///
/// - Parameters:
///   - name: The program, by its path or looked for on the `PATH`.
///   - arguments: Its arguments.
///   - input: What it reads.
///   - environment: What its environment has besides ours.
/// - Returns: Its exit code, and what it wrote to both of its outputs.
/// - Throws: When it cannot be started.
func run(
    _ name: String,
    _ arguments: [String],
    input: String = "",
    environment: [String: String] = [:]
) async throws -> (code: Int32, text: String) {
    try await withCheckedThrowingContinuation { done in
        DispatchQueue.global().async {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [name] + arguments
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            let (stdin, output) = (Pipe(), Pipe())
            process.standardInput = stdin
            process.standardOutput = output
            process.standardError = output
            do {
                try process.run()
                try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try stdin.fileHandleForWriting.close()
                let text = String(decoding: output.fileHandleForReading.rest(), as: UTF8.self)
                process.waitUntilExit()
                done.resume(returning: (process.terminationStatus, text))
            } catch {
                done.resume(throwing: error)
            }
        }
    }
}

func isInstalled(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}
