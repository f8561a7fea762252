import ArgumentParser
import Clocks
import Console
import EmbeddedPeer

/// `peerage backup`.
struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the documents of an embedded Big Peer's app into a file.",
        discussion: """
            Works on the data folder, beside a running process or without one: the file holds the documents as they \
            were at one moment, and what goes on meanwhile is not held up. It appears whole or not at all.

            Examples:
              peerage backup berlin --app cars --to cars.backup
              peerage backup berlin --app cars --to "backups/cars-$(date +%F).backup" --data /var/lib/peerage

            Exit codes: 0 done, 1 refused (no such peer or app, the file is there already), 2 it could not be read or \
            written.
            """
    )

    @OptionGroup var store: StoreOptions

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var to: String

    @Flag(help: "Replace the file if it is there already.")
    var force = false

    func run() throws {
        let contents = try self.store.withFolder { folder throws(PeerFolderError) in
            try folder.backup(
                self.store.app,
                to: self.to,
                replacing: self.force,
                time: SystemTime().now().rfc3339
            )
        }
        Terminal.output.writeLine("\(self.to): \(contents.title) of app \(self.store.app) at \(self.store.title)")
    }
}
