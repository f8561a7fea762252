import Logging
import Synchronization

/// The documents of a peer's apps: opened when they are first needed, closed or deleted when the app goes.
///
/// *Guarantees:* an app's documents are open at most once. Those that are on their way out, and those of an app that the
/// peer does not hold, are not opened: what is written there would be lost, and come back with an app of the same id.
actor DocumentShelf {
    /// Opens the documents of an app.
    typealias Opener = @Sendable (_ app: String) throws(EmbeddedPeerError) -> any AppDocuments

    /// Deletes the documents of an app, which are closed.
    typealias Deleter = @Sendable (_ app: String) throws(EmbeddedPeerError) -> Void

    /// Says why an app's documents must not be used, if so.
    typealias Guard = @Sendable (_ app: String) throws(ShelfError) -> Void

    private let check: Guard
    private let opener: Opener
    private let deleter: Deleter
    private nonisolated let shelved = Mutex<[String: any AppDocuments]>([:])
    /// Apps whose documents are being closed and deleted.
    private var leaving: Set<String> = []
    private var isClosed = false

    /// Creates a shelf on which nothing is open.
    ///
    /// - Parameters:
    ///   - check: Says why an app's documents must not be used, if so.
    ///   - opener: Opens the documents of an app.
    ///   - deleter: Deletes them, once they are closed.
    init(check: @escaping Guard, opener: @escaping Opener, deleter: @escaping Deleter) {
        self.check = check
        self.opener = opener
        self.deleter = deleter
    }

    /// The documents that are open, by their apps.
    nonisolated var open: [String: any AppDocuments] { self.shelved.withLock { $0 } }

    /// The documents of an app if they are open, for who must not wait: opening them reads the whole index of a file.
    nonisolated func documentsIfOpen(of app: String) throws(ShelfError) -> (any AppDocuments)? {
        try self.check(app)
        return self.shelved.withLock { $0[app] }
    }

    /// The documents of an app.
    func documents(of app: String) throws(ShelfError) -> any AppDocuments {
        guard !self.isClosed else { throw .closed }
        guard !self.leaving.contains(app) else { throw .leaving }
        try self.check(app)
        if let documents = self.open[app] { return documents }
        do throws(EmbeddedPeerError) {
            let documents = try self.opener(app)
            self.shelved.withLock { $0[app] = documents }
            return documents
        } catch {
            throw .unusable(error)
        }
    }

    /// Closes and deletes the documents of an app.
    func remove(_ app: String) async throws(EmbeddedPeerError) {
        // Before the first wait: whoever comes while they close must not open them again.
        self.leaving.insert(app)
        defer { self.leaving.remove(app) }
        if let documents = self.shelved.withLock({ $0.removeValue(forKey: app) }) { await documents.close() }
        try self.deleter(app)
    }

    /// Closes everything, for good.
    func closeAll() async {
        self.isClosed = true
        let all = self.shelved.withLock { open in
            defer { open = [:] }
            return open
        }
        for documents in all.values { await documents.close() }
    }
}
