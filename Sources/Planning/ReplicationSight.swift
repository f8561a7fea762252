/// What a process knows of whether the data of a replication flows.
package enum ReplicationSight: Sendable, Hashable {
    /// As the embedded peer measures it, which this process runs.
    case measured(ReplicationMeasurement)
    /// Nobody measures it: an external Big Peer does not tell, nor does one that nobody runs.
    case unmeasured
    /// Another process runs the peer, and writes what it measures into the status itself.
    case toldByHost
}
