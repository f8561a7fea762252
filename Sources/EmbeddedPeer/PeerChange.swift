/// One step that takes the peer from one state to the next, in memory and in the database alike.
enum PeerChange: Sendable {
    /// An app is created or gets another body.
    case putApp(name: String, StoredApp)
    /// An app goes, and its replications with it.
    case deleteApp(name: String)
    /// A replication is created or gets another body.
    case putReplication(name: String, StoredReplication)
    /// A replication goes.
    case deleteReplication(name: String)
}
