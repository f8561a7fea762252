import Clocks
import HTTP
import Logging
import ResourceStore
import Resources

extension PeerageOperator {
    /// Creates an operator that runs embedded peers itself.
    ///
    /// - Parameters:
    ///   - store: Where the resources live.
    ///   - exchange: What carries requests to Big Peers.
    ///   - hostName: Which embedded peers run here: those whose `spec.embedded.host` is this.
    ///   - peerDirectory: Where embedded peers keep their data.
    ///   - metrics: Where everything is counted.
    ///   - time: The clock.
    ///   - logger: For everything below.
    package convenience init(
        store: any ResourceStore,
        exchange: any HTTPExchange,
        hostName: String = EmbeddedBigPeer.defaultHost,
        peerDirectory: String,
        metrics: OperatorMetrics = OperatorMetrics(),
        time: any Time,
        logger: Logger
    ) {
        self.init(
            store: store,
            exchange: exchange,
            peers: .here(name: hostName, directory: peerDirectory),
            tokenFiles: .ownUser,
            metrics: metrics,
            time: time,
            logger: logger
        )
    }
}
