/// A connection, named by the side that made it; never used twice.
package enum LinkID: Hashable, Comparable, Sendable {
    /// Dialled by this node, which counts them.
    case dialled(UInt64)
    /// Accepted by the driver, which counts them.
    case accepted(UInt64)
}

/// Everything that can happen to a node; the driver tells it in the order in which it happened.
package enum NodeInput: Sendable {
    /// What is wanted has changed.
    case configure(NodeConfiguration)
    /// An app's store is open, or is another one now (restored). Before that the app is neither dialled for nor served.
    case storeOpened(app: String, StorePosition)
    /// An app's store is closed.
    case storeClosed(app: String)
    /// More of an app's changes are durable.
    case durable(app: String, usn: UInt64)
    /// Tombstones up to this number are about to be purged.
    case purged(app: String, usn: UInt64)

    /// Somebody connected: the WebSocket handshake is done. The path is the request's (`/<app>`), the address only
    /// the host's part, without the port: wrong logins are counted by it.
    case accepted(LinkID, address: String, path: String)
    /// A dialled connection is up: the WebSocket handshake is done.
    case opened(LinkID)
    /// A dialled connection did not come up, or an open one ended.
    case closed(LinkID, error: String?)
    /// A whole message has arrived.
    case message(LinkID, [UInt8])
    /// The socket's buffer is above its high mark (`false`), or below its low mark again.
    case writable(LinkID, Bool)

    /// Answers `loadCheckpoint`: the checkpoint, and how many documents the collection holds.
    case checkpointLoaded(SessionID, Result<ResumeResult, StoreFailure>)
    /// Answers `read`.
    case read(SessionID, Result<ReadResult, StoreFailure>)
    /// Answers `fetch`.
    case fetched(SessionID, Result<FetchResult, StoreFailure>)
    /// Answers `apply`.
    case applied(SessionID, Result<ApplyResult, StoreFailure>)
    /// Answers `edit`.
    case edited(SessionID, number: UInt64, EditResult)
    /// The time asked for with `wake` has come.
    case timer
}
