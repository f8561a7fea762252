import DocumentStore
import FoundationEssentials
import PeerModel

/// The folder of an embedded peer, for tools that work on it beside the peer or in its place.
package struct PeerFolder: Sendable {
    /// What a file of documents holds.
    package struct Contents: Sendable, Hashable {
        /// How many collections there are.
        package let collections: Int
        /// How many documents there are in all of them.
        package let documents: Int
        /// When the backup was made, as RFC 3339 has it; `nil`: the file does not say.
        package let time: String?

        init(_ contents: StoreContents) {
            self.collections = contents.collections
            self.documents = contents.documents
            self.time = contents.note?.time
        }
    }

    private let data: String
    private let path: String
    /// The apps that the peer holds.
    package let apps: [PeerApp]

    /// Looks at the folder of a peer; nothing is written there.
    ///
    /// - Parameters:
    ///   - data: The data folder of `peerage run` or `peerage host`.
    ///   - peer: The peer.
    /// - Throws: When it has none, or it cannot be read.
    package init(in data: String, of peer: PeerIdentity) throws(PeerFolderError) {
        self.data = data
        self.path = "\(data)/peers/\(peer.namespace)/\(peer.name)"
        let file = "\(self.path)/peer.sqlite"
        guard FileManager.default.fileExists(atPath: file) else {
            throw .noPeer(name: "\(peer.namespace)/\(peer.name)", data: data)
        }
        do throws(EmbeddedPeerError) {
            self.apps = try PeerDatabase.apps(in: file)
        } catch {
            throw .peer(error)
        }
    }

    /// The path of an app's store.
    static func store(of app: String, in folder: String) -> String { "\(folder)/app-\(app).sqlite" }

    /// Copies an app's documents into a file, whether the peer runs or not.
    ///
    /// - Parameters:
    ///   - app: The app, by its name or its id.
    ///   - file: The file.
    ///   - replaces: Whether a file that is there is replaced.
    ///   - time: The present time, as RFC 3339 has it.
    /// - Returns: What the copy holds.
    /// - Throws: What is in the way.
    package func backup(
        _ app: String,
        to file: String,
        replacing replaces: Bool,
        time: String
    ) throws(PeerFolderError) -> Contents {
        let id = try self.id(of: app)
        let store = Self.store(of: id, in: self.path)
        guard FileManager.default.fileExists(atPath: store) else { throw .noDocuments(app: app) }
        guard replaces || !FileManager.default.fileExists(atPath: file) else { throw .exists(file) }
        let note = BackupNote(app: id, time: time)
        return Contents(
            try Self.explaining { () throws(StoreError) in try AppStore.backup(of: store, to: file, note) }
        )
    }

    /// Puts a backup in the place of an app's documents; no process may use the data folder meanwhile.
    ///
    /// - Parameters:
    ///   - app: The app, by its name or its id.
    ///   - file: The backup.
    ///   - isAnyApp: Whether it may be one of another app.
    /// - Returns: What the app holds now.
    /// - Throws: What is in the way; then nothing was changed.
    package func restore(
        _ app: String,
        from file: String,
        ofAnyApp isAnyApp: Bool
    ) throws(PeerFolderError) -> Contents {
        let id = try self.id(of: app)
        let locks = try self.lock()
        defer { for lock in locks { lock.unlock() } }
        let contents = try Self.explaining { () throws(StoreError) in try AppStore.contents(of: file) }
        guard isAnyApp || contents.note?.app == id else {
            throw .otherApp(file, found: contents.note?.app, expected: id)
        }
        let store = Self.store(of: id, in: self.path)
        try Self.explaining { () throws(StoreError) in try AppStore.restore(from: file, to: store) }
        return Contents(contents)
    }

    private static func explaining<Value>(_ body: () throws(StoreError) -> Value) throws(PeerFolderError) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw .store(error)
        }
    }

    private func id(of app: String) throws(PeerFolderError) -> String {
        if let found = self.apps.first(where: { $0.name == app }), let id = found.appID { return id }
        if let id = AppID.canonical(app), self.apps.contains(where: { $0.appID == id }) { return id }
        throw .noApp(app, known: self.apps.map(\.name))
    }

    /// Takes everything by which a process says that it uses the folder: `peerage run`, `peerage host`, and the peer.
    private func lock() throws(PeerFolderError) -> [DirectoryLock] {
        var locks: [DirectoryLock] = []
        for (folder, name) in [(self.data, "store.lock"), (self.data, "lock"), (self.path, "lock")]
        where folder == self.path || FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
            do throws(EmbeddedPeerError) {
                locks.append(try DirectoryLock(folder, named: name))
            } catch {
                for lock in locks { lock.unlock() }
                guard case .directoryInUse(let path, let holder) = error else { throw .peer(error) }
                throw .inUse(path, holder: holder)
            }
        }
        return locks
    }
}
