import ArgumentParser
import Clocks
import Console
import EmbeddedPeer
import Glibc
import HTTP
import KubernetesClient
import KubernetesModel
import Logging
import Operator
import Resources

/// `peerage host`.
struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Run the embedded Big Peers of one host of a cluster.",
        discussion: """
            Runs the BigPeers whose spec.embedded.host is --name, and tells in their status where they are. \
            `peerage controller` does all else. A BigPeer that names no host has the host "default".

            Peers listen on the loopback unless --listen-address or $POD_IP says otherwise; what other machines can \
            reach needs a token in spec.embedded.auth.

            EXAMPLES
              peerage host --name default --data /var/lib/peerage
              peerage host --name "$POD_NAME" --default-host peers-0 --advertise "$POD_NAME.peers.fleet.svc"
            """
    )

    @Option(help: ArgumentHelp("Which embedded peers run here: those whose spec names this host.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("Which host also runs the peers that name none.", valueName: "name"))
    var defaultHost = EmbeddedBigPeerHosts.defaultName

    @Option(help: ArgumentHelp("Where the peers keep their data; one process at a time.", valueName: "dir"))
    var data = "./.peerage-host"

    @Option(
        help: ArgumentHelp(
            "Where peers listen that would listen on the loopback; else $POD_IP, else 0.0.0.0 with --advertise.",
            valueName: "address"
        )
    )
    var listenAddress: String?

    @Option(help: ArgumentHelp("The host in the endpoints that others are told; else $POD_IP.", valueName: "host"))
    var advertise: String?

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        for (option, name) in [("--name", self.name), ("--default-host", self.defaultHost)] {
            if let problem = DNSLabel.problem(in: name) { throw ValidationError("\(option) \"\(name)\" \(problem)") }
        }
        _ = try self.addresses
    }

    func run() async throws {
        let logger = self.log.logger
        try DataFolder.make(self.data)
        let time = SystemTime()
        let metrics = OperatorMetrics(version: Version.current, time: time)
        let names = EmbeddedBigPeerHosts.names(of: self.name, defaultHost: self.defaultHost)
        let kinds: [ResourceKind] = [.bigPeer, .bigPeerReplication]
        let session = try await self.cluster.session(for: kinds, metrics: metrics) { namespace in
            AccessNeed.host(
                in: self.cluster.namespaces,
                leases: EmbeddedBigPeerHosts.leases(of: names, in: namespace)
            )
        }
        let host: HostOperator
        do {
            host = try HostOperator(
                HostOperator.Configuration(
                    names: names,
                    directory: self.data,
                    addresses: try self.addresses,
                    leaseNamespace: self.cluster.leaseNamespace(session),
                    namespaces: self.cluster.namespaces
                ),
                store: session.store,
                metrics: metrics,
                time: time,
                logger: logger
            )
        } catch let error as EmbeddedPeerError {
            throw CommandFailure(.couldNotTell, "\(error)")
        }
        let process = ClusterProcess(
            host,
            readiness: { host.readiness(now: time.monotonicNow) },
            health: self.cluster.health,
            metrics: metrics.page,
            logger: logger
        )
        logger.notice("peerage host begins", metadata: ["host": "\(self.name)", "version": "\(Version.current)"])
        try await process.runCommand(listening: self.cluster.healthListen)
        session.exchange.shutdown()
        logger.notice("peerage host has ended", metadata: ["host": "\(self.name)"])
    }

    /// Where peers listen, and how others find them.
    private var addresses: HostAddresses {
        get throws {
            do throws(HostAddresses.Invalid) {
                return try HostAddresses(
                    listen: self.listenAddress,
                    advertise: self.advertise,
                    podIP: getenv("POD_IP").map { String(cString: $0) }
                )
            } catch {
                throw ValidationError(error.description)
            }
        }
    }
}
