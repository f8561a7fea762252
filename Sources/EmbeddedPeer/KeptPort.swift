/// A port that the system chose once and that is asked for again at the next start; the value names the record.
enum KeptPort: String, Sendable {
    /// The REST API's.
    case api = "apiPort"
    /// Replication's.
    case replication = "replicationPort"
    /// The data API's.
    case data = "dataPort"
}
