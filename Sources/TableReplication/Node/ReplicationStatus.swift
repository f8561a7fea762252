/// How an app's replication is, as `status.replication` of a resource shows it.
package struct ReplicationStatus: Hashable, Sendable {
    /// One entry per link that has logged in or is being made.
    package var sessions: [LinkStatus] = []
    /// Where somebody came from, last, whose replication credential for the app was wrong.
    package var refusedLogin: String?
    /// Whether the app is not replicated at all, since other machines can reach the listener and it has no credential.
    package var lacksCredential = false

    /// Creates an empty status.
    package init() {}
}

/// How one link is.
package struct LinkStatus: Hashable, Sendable {
    /// What the link is doing.
    package enum State: String, Hashable, Sendable {
        /// Being dialled, or waiting to be.
        case connecting = "Connecting"
        /// The connection is up, the login is not done.
        case loggingIn = "LoggingIn"
        /// At least one collection is in its initial run.
        case initial = "Initial"
        /// Every collection follows the publisher's changes.
        case live = "Live"
    }

    /// The remote peer's key; the address dialled while that is not known; the user's name of a foreign client.
    package var peer: String
    /// The address dialled or connected from.
    package var address: String
    /// Whether this side dialled.
    package var dialled: Bool
    /// What the link is doing.
    package var state: State
    /// Why the last attempt ended, while there is no connection.
    package var lastError: String?
    /// What this side receives.
    package var collections: [CollectionStatus]
    /// What the other side receives.
    package var publishing: [PublishingStatus]
}

/// How far this side has followed a remote collection.
package struct CollectionStatus: Hashable, Sendable {
    /// The collection.
    package var name: String
    /// How many documents it holds here.
    package var documents: Int
    /// Everything of the publisher up to this number has been applied.
    package var usn: UInt64
    /// The publisher's last durable number, as it last said.
    package var remoteUSN: UInt64
    /// Whether the initial run is complete.
    package var isLive: Bool
    /// How many numbers this side is behind; numbers of other collections count too.
    package var lagChanges: UInt64
    /// How long this side has been behind without having caught up.
    package var lagMilliseconds: Int64
    /// How many documents of the publisher could not be taken here.
    package var skipped: Int
    /// The queries that the publisher cannot evaluate: the collection does without their documents.
    package var refused: [QueryRefusal]
    /// What is wrong with the collection.
    ///
    /// The publisher refused it or cannot be understood, the store failed, or documents could not be taken. What was
    /// refused or failed is tried again.
    package var problem: String?
}

/// How far a remote side has been sent a collection of this one.
package struct PublishingStatus: Hashable, Sendable {
    /// The collection.
    package var name: String
    /// Everything up to this number has been sent.
    package var usn: UInt64
    /// Whether the initial run is complete.
    package var isLive: Bool
    /// Documents left out because they do not fit into a message.
    package var oversized: Int
}

/// A query that a publisher cannot evaluate.
package struct QueryRefusal: Hashable, Sendable {
    /// The query.
    package var query: String
    /// What the publisher says; it quotes the query.
    package var reason: String
}
