import ArgumentParser
import Console
import Resources
import Synchronization

/// `peerage validate`.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check manifest files without any server.",
        discussion: """
            Tells everything that is wrong in one pass, with file, line and column, what was expected and, where \
            there is one, the nearest word that would be right. References between the files are checked as well.

            Examples:
              peerage validate -f fleet -R
              cat berlin.yaml | peerage validate -f -
              peerage validate -f fleet -o github      annotations in GitHub Actions
              peerage validate -f fleet -o sarif > peerage.sarif

            Exit codes: 0 valid, 1 not valid, 2 a file could not be read.
            """
    )

    @OptionGroup var files: FileOptions

    @Option(name: .shortAndLong, help: "text, json, github or sarif.")
    var output: DiagnosticFormat = .text

    @Flag(help: "Count warnings as errors.")
    var strict = false

    /// What was read, until the process ends: to free thousands of objects one by one takes longer than that.
    private static let kept = Mutex<(ManifestFiles, ManifestSet)?>(nil)

    func run() throws {
        let files = try self.files.read()
        let set = ManifestSet(files.files)
        Terminal.output.write(self.output.text(of: files.diagnostics + set.diagnostics, version: Version.current))
        let tally = Tally(set, files)
        Self.kept.withLock { $0 = (files, set) }
        Terminal.messages.writeLine(tally.sentence)
        if !files.diagnostics.isEmpty { throw CommandFailure.silent(.couldNotTell) }
        if tally.errors > 0 || (self.strict && tally.warnings > 0) { throw CommandFailure.silent(.no) }
    }
}

extension DiagnosticFormat: ExpressibleByArgument {}
