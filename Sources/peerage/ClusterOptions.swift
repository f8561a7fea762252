import ArgumentParser
import Console
import Glibc
import HTTP
import KubernetesClient
import KubernetesModel
import Operator
import ResourceStore
import Resources

/// What the processes of a cluster have in common: which API server, and where they are asked for their health.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The kubeconfig to use; else $KUBECONFIG, else the pod's service account.", completion: .file())
    var kubeconfig: String?

    @Option(help: "The context of the kubeconfig to use.")
    var context: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("A namespace to look into; may be given several times; left out, all.", valueName: "ns")
    )
    var namespace: [String] = []

    @Option(help: ArgumentHelp("Where the Leases are; else the pod's or the context's namespace.", valueName: "ns"))
    var leaseNamespace: String?

    @Option(
        help: ArgumentHelp(
            "Where /livez, /readyz and /metrics are answered; left out, nowhere.",
            valueName: "host:port"
        )
    )
    var healthListen: String?

    func validate() throws {
        if let healthListen, SocketText(healthListen) == nil {
            throw ValidationError("--health-listen \(healthListen) is not host:port, such as 0.0.0.0:8080")
        }
    }

    /// The namespaces to look into, each once; none is all.
    var namespaces: [String] { Set(self.namespace).sorted() }

    var health: ClusterProcess.HealthAddress? {
        self.healthListen.flatMap(SocketText.init).map { ClusterProcess.HealthAddress(host: $0.host, port: $0.port) }
    }

    /// What this process is called among others: the pod, or else the machine.
    static var processName: String {
        if let pod = getenv("POD_NAME"), pod[0] != 0 { return String(cString: pod) }
        return self.machineName
    }

    /// What the machine is called.
    static var machineName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Finds the API server, and asks whether the process has all rights that it needs, and then for our kinds.
    ///
    /// - Parameters:
    ///   - kinds: The kinds that the process works with.
    ///   - metrics: Where requests to the server are counted.
    ///   - needs: The rights, given the namespace of the Leases.
    /// - Returns: A way to the server.
    /// - Throws: Why the process cannot begin, and what to do.
    func session(
        for kinds: [ResourceKind],
        metrics: OperatorMetrics,
        needs: (_ leaseNamespace: String) -> [AccessNeed]
    ) async throws -> Session {
        let options = try ServerOptions.parse(
            (self.kubeconfig.map { ["--kubeconfig", $0] } ?? []) + (self.context.map { ["--context", $0] } ?? [])
        )
        let session = try options.session(in: .cluster, metrics: metrics)
        try await self.check(needs(self.leaseNamespace(session)), session)
        for kind in kinds { try await self.check(kind, session) }
        return session
    }

    /// Where the Leases are.
    func leaseNamespace(_ session: Session) -> String { self.leaseNamespace ?? session.namespace }

    /// Says all that is missing at once: a watch that is not allowed would fail where few people look.
    private func check(_ needs: [AccessNeed], _ session: Session) async throws(CommandFailure) {
        let missing: [MissingAccess]
        do throws(KubernetesError) {
            missing = try await session.client.missing(of: needs)
            for secret in try await session.client.missing(of: AccessNeed.secrets(in: self.namespaces)) {
                // A role may well name the Secrets that it lets be read, and nobody can ask for such a rule.
                Terminal.messages.writeLine(
                    "warning: only those Secrets can be read that a role names: may not \(secret.need)"
                )
            }
        } catch {
            // Whoever may not even ask finds out by working.
            guard ![.forbidden, .methodNotAllowed, .notFound].contains(error.status.reason) else { return }
            throw CommandFailure(.couldNotTell, error.status.sentence)
        }
        let place = self.namespaces.isEmpty ? ", or look into single namespaces with --namespace" : ""
        let remedy = "Grant it: see manifests/rbac and docs/cluster.md\(place)."
        if let complaint = missing.complaint(remedy: remedy) { throw CommandFailure(.couldNotTell, complaint) }
    }

    private func check(_ kind: ResourceKind, _ session: Session) async throws(CommandFailure) {
        do throws(APIStatus) {
            _ = try await session.store.get(
                kind,
                ObjectKey(namespace: self.namespaces.first ?? session.namespace, name: "peerage-start-check")
            )
        } catch {
            switch error.reason {
            case .notFound where error.name.isEmpty:
                throw CommandFailure(
                    .couldNotTell,
                    "the API server does not know the kind \(kind.kind) (\(kind.apiVersion)): "
                        + SchemaAge.installation
                )
            case .notFound: return
            case .forbidden:
                throw CommandFailure(
                    .couldNotTell,
                    "\(error.message): this process lacks rights; see manifests/rbac and docs/cluster.md"
                )
            default: throw CommandFailure(.couldNotTell, error.sentence)
            }
        }
    }
}

/// `host:port` on the command line, with brackets around an IPv6 address.
struct SocketText {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let address = Resources.ListenAddress(text) else { return nil }
        self.host = address.host
        self.port = Int(address.port)
    }
}
