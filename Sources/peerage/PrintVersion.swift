import ArgumentParser
import Console

/// `peerage version`.
struct PrintVersion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version of this program.",
        discussion: """
            Example:
              peerage version
            """
    )

    func run() { Terminal.output.writeLine("peerage \(Version.current)") }
}
