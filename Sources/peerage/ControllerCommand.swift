import ArgumentParser
import Clocks
import Console
import ControllerRuntime
import HTTP
import KubernetesClient
import KubernetesModel
import Logging
import Metering
import Operator
import Resources

/// `peerage controller`.
struct ControllerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Run the controllers against a cluster's API server.",
        discussion: """
            Makes running Big Peers agree with the resources of a Kubernetes cluster. Embedded Big Peers run in \
            processes of their own, `peerage host`. docs/cluster.md tells what both need: CRDs, rights, probes.

            Of several controllers with one Lease, one works and the others wait. SIGTERM ends it in order within \
            30 s and gives the Lease back: exit code 0. Exit code 1: it could not go on, as when it lost the Lease. \
            Exit code 2: it could not begin (no kubeconfig, no API server, no CRDs, no rights).

            EXAMPLES
              peerage controller --kubeconfig ~/.kube/config
              peerage controller --health-listen 0.0.0.0:8080
            """
    )

    @Option(help: ArgumentHelp("The Lease that says which of several controllers works.", valueName: "name"))
    var lease = "peerage-controller"

    @Option(
        help: ArgumentHelp(
            "The folder below which BigPeers may name token files; left out, they may name none.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var allowTokenFiles: String?

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        if let folder = self.allowTokenFiles, !folder.hasPrefix("/") {
            throw ValidationError("--allow-token-files \(folder) is no absolute path, such as /etc/peerage/tokens")
        }
    }

    func run() async throws {
        let logger = self.log.logger
        let time = SystemTime()
        let metrics = OperatorMetrics(version: Version.current, time: time)
        let session = try await self.cluster.session(
            for: [.bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology],
            metrics: metrics
        ) { namespace in
            AccessNeed.controller(
                in: self.cluster.namespaces,
                lease: ObjectKey(namespace: namespace, name: self.lease)
            )
        }
        let namespace = self.cluster.leaseNamespace(session)
        let election = LeaderElection(
            store: session.store,
            lease: ObjectKey(namespace: namespace, name: self.lease),
            identity: LeaderElection.newIdentity(ClusterOptions.processName),
            annotations: ControllerScope(self.cluster.namespaces).annotations,
            time: time,
            logger: logger
        )
        let leadership = election.leadership
        LeaderMetrics.register(lease: self.lease, in: metrics.registry) { leadership.isHeld }
        let controllers = PeerageOperator(
            store: session.store,
            exchange: session.exchange,
            peers: .elsewhere(leaseNamespace: namespace),
            tokenFiles: self.allowTokenFiles.map(TokenFileAccess.below) ?? .none,
            namespaces: self.cluster.namespaces,
            election: election,
            metrics: metrics,
            time: time,
            logger: logger
        )
        let process = ClusterProcess(
            controllers,
            readiness: { controllers.readiness(now: time.monotonicNow) },
            health: self.cluster.health,
            metrics: metrics.page,
            logger: logger
        )
        logger.notice("peerage controller begins", metadata: ["version": "\(Version.current)"])
        try await process.runCommand(listening: self.cluster.healthListen)
        session.exchange.shutdown()
        logger.notice("peerage controller has ended")
    }
}
