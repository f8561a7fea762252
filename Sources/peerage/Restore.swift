import ArgumentParser
import Console
import EmbeddedPeer

/// `peerage restore`.
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup in the place of the documents of an embedded Big Peer's app.",
        discussion: """
            Works on the data folder, which no process may use meanwhile: stop `peerage run` or `peerage host` first. \
            What the app holds now is gone afterwards.

            Other Big Peers that replicate with this one look through it from the beginning, and it goes on with them \
            from where it was at the backup: what they hold that is newer comes back. To go back everywhere, restore \
            everywhere.

            Examples:
              peerage restore berlin --app cars --from cars.backup
              peerage restore berlin --app cars --from other.backup --any-app

            Exit codes: 0 done, 1 refused (a process uses the folder, no such peer or app, not a backup of this app), 2 \
            it could not be read or written.
            """
    )

    @OptionGroup var store: StoreOptions

    @Option(help: ArgumentHelp("The backup.", valueName: "file"), completion: .file())
    var from: String

    @Flag(help: "Take a backup of another app, or one that does not say of which.")
    var anyApp = false

    func run() throws {
        let contents = try self.store.withFolder { folder throws(PeerFolderError) in
            try folder.restore(self.store.app, from: self.from, ofAnyApp: self.anyApp)
        }
        let time = contents.time.map { ", as of \($0)" } ?? ""
        Terminal.output.writeLine("app \(self.store.app) at \(self.store.title): \(contents.title)\(time)")
    }
}
