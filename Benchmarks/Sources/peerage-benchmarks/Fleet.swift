import Foundation

/// Manifests for one embedded Big Peer with many replications, which wait to be dialled: what is measured is the control
/// plane, not ten thousand dials to nobody.
struct Fleet {
    let folder: URL
    let count: Int
    /// How many replications share a file.
    static let perFile = 100

    init(in folder: URL, count: Int) throws {
        self.folder = folder
        self.count = count
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try self.write(
            "peers.yaml",
            """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeer
            metadata: {name: bp1}
            spec: {embedded: {}}
            ---
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerApp
            metadata: {name: cars}
            spec: {bigPeerRef: {name: bp1}, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
            """
        )
        for first in stride(from: 0, to: count, by: Self.perFile) {
            let documents = (first..<min(first + Self.perFile, count)).map { Self.replication($0, owner: $0) }
            try self.write("r\(first / Self.perFile).yaml", documents.joined(separator: "\n---\n"))
        }
    }

    /// Changes the query of one replication, as a commit would.
    func edit(_ number: Int, owner: Int) throws {
        let first = number / Self.perFile * Self.perFile
        let documents = (first..<min(first + Self.perFile, self.count)).map {
            Self.replication($0, owner: $0 == number ? owner : $0)
        }
        try self.write("r\(first / Self.perFile).yaml", documents.joined(separator: "\n---\n"))
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: self.folder.appending(path: name), options: .atomic)
    }

    private static func replication(_ number: Int, owner: Int) -> String {
        """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerReplication
        metadata: {name: r\(number)}
        spec:
          bigPeerRef: {name: bp1}
          app: cars
          queriesByCollection: {cars: ["color = 'blue' AND owner = \(owner)"], drivers: ["true"]}
        """
    }
}
