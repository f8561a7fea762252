import Logging

/// The documents of a peer's apps: opened when they are first needed, closed or deleted when the app goes.
actor DocumentShelf {
    /// Opens the documents of an app.
    typealias Opener = @Sendable (_ app: String) throws(EmbeddedPeerError) -> any AppDocuments

    /// Deletes the documents of an app, which are closed.
    typealias Deleter = @Sendable (_ app: String) throws(EmbeddedPeerError) -> Void

    private let opener: Opener
    private let deleter: Deleter
    private(set) var open: [String: any AppDocuments] = [:]

    /// Creates a shelf on which nothing is open.
    ///
    /// - Parameters:
    ///   - opener: Opens the documents of an app.
    ///   - deleter: Deletes them, once they are closed.
    init(opener: @escaping Opener, deleter: @escaping Deleter) {
        self.opener = opener
        self.deleter = deleter
    }

    /// The documents of an app.
    func documents(of app: String) throws(EmbeddedPeerError) -> any AppDocuments {
        if let documents = self.open[app] { return documents }
        let documents = try self.opener(app)
        self.open[app] = documents
        return documents
    }

    /// Closes and deletes the documents of an app.
    func remove(_ app: String) async throws(EmbeddedPeerError) {
        if let documents = self.open.removeValue(forKey: app) { await documents.close() }
        try self.deleter(app)
    }

    /// Closes everything.
    func closeAll() async {
        let all = self.open
        self.open = [:]
        for documents in all.values { await documents.close() }
    }
}
