import ChildProcess
import Foundation

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
    let process = try ChildProcess(name, arguments, environment: environment)
    process.write(input)
    process.closeInput()
    return await process.end()
}

func isInstalled(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}
