import ArgumentParser
import Console
import EmbeddedPeer
import PeerModel

/// Whose documents are meant, and where they are.
struct StoreOptions: ParsableArguments {
    @Argument(help: "The embedded BigPeer, by its name.")
    var peer: String

    @Option(help: "The app, by its name at the peer or by its id.")
    var app: String

    @Option(name: .shortAndLong, help: "The namespace of the BigPeer.")
    var namespace = "default"

    @Option(
        help: ArgumentHelp("The data folder of `peerage run` or `peerage host`.", valueName: "dir"),
        completion: .directory
    )
    var data = "./.peerage"

    /// The peer for people.
    var title: String { "\(self.namespace)/\(self.peer)" }

    /// Does something with the peer's folder, and tells what is in the way.
    func withFolder(
        _ body: (PeerFolder) throws(PeerFolderError) -> PeerFolder.Contents
    ) throws -> PeerFolder.Contents {
        do throws(PeerFolderError) {
            let peer = PeerIdentity(namespace: self.namespace, name: self.peer)
            return try body(try PeerFolder(in: self.data, of: peer))
        } catch {
            throw CommandFailure(error.isRefusal ? .no : .couldNotTell, error.description)
        }
    }
}

extension PeerFolder.Contents {
    /// How much there is.
    var title: String { "\(self.documents.of("document")) in \(self.collections.of("collection"))" }
}
