import APIServer
import ArgumentParser
import Clocks
import Console
import Logging
import Operator

/// `peerage run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run everything in this process: API, controllers, embedded Big Peers, a folder of manifests.",
        discussion: """
            The resources live in SQLite below --data. Their API is the Kubernetes API, on loopback: `peerage`, kubectl \
            and anything else that speaks to Kubernetes works with the kubeconfig that is written there.

            The folder is watched: a changed file is applied, a removed manifest is pruned, a file with an error \
            changes nothing. See docs/manifests.md for what is held back.

            EXAMPLES
              peerage run --manifests manifests/samples/quickstart
              peerage run --manifests fleet/ --data /var/lib/peerage --listen 127.0.0.1:7410
              peerage run --manifests fleet/ --once && echo settled
            """
    )

    @Option(help: ArgumentHelp("The folder of manifests to keep applied.", valueName: "dir"))
    var manifests: String?

    @Option(help: ArgumentHelp("Where databases, certificates and the kubeconfig are.", valueName: "dir"))
    var data = "./.peerage"

    @Option(help: ArgumentHelp("Where the API listens; port 0 takes any free one.", valueName: "host:port"))
    var listen = "127.0.0.1:7410"

    @Option(help: ArgumentHelp("Where metrics are served in plain HTTP, on loopback.", valueName: "host:port"))
    var metricsListen: String?

    @Option(help: ArgumentHelp("Where to write the kubeconfig, in place of the data folder.", valueName: "file"))
    var kubeconfig: String?

    @Flag(help: "Apply, work until everything is settled, and exit: 0, or 1 with what is not settled.")
    var once = false

    @Option(help: ArgumentHelp("How long --once tries.", valueName: "duration"))
    var timeout = "60s"

    @Option(help: ArgumentHelp("How many objects one pass may prune; by default 10 or a fifth.", valueName: "n"))
    var maxDeletes: Int?

    @Option(help: "How log lines look: \(LineLogHandler.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var logFormat: LineLogHandler.Format = .text

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error.", valueName: "level"))
    var logLevel = "warning"

    @Flag(name: .shortAndLong, help: "Say nothing on standard output.")
    var quiet = false

    func validate() throws {
        guard Duration(goText: self.timeout) != nil else {
            throw ValidationError("--timeout \(self.timeout) is no duration; write 60s or 5m")
        }
        guard Self.parse(self.listen) != nil else {
            throw ValidationError("--listen \(self.listen) is not host:port, such as 127.0.0.1:7410")
        }
        if let metricsListen {
            guard let host = Self.parse(metricsListen)?.host, ["localhost", "127.0.0.1", "::1"].contains(host) else {
                throw ValidationError(
                    "--metrics-listen \(metricsListen) is not a loopback host:port, such as 127.0.0.1:7411; "
                        + "elsewhere, scrape /metrics of the API with its token"
                )
            }
        }
        guard Logger.Level(rawValue: self.logLevel) != nil else {
            throw ValidationError("--log-level \(self.logLevel) is none of trace, debug, info, notice, warning, error")
        }
        if self.once, self.manifests == nil { throw ValidationError("--once needs --manifests") }
        if let maxDeletes, maxDeletes < 0 { throw ValidationError("--max-deletes must not be negative") }
    }

    func run() async throws {
        guard let (host, port) = Self.parse(self.listen) else { return }
        let (format, level) = (self.logFormat, Logger.Level(rawValue: self.logLevel) ?? .warning)
        let logger = Logger(label: "peerage") { _ in LineLogHandler(format: format, level: level) }
        try DataFolder.make(self.data)
        var configuration = Standalone.Configuration(
            manifests: self.manifests,
            data: self.data,
            host: host,
            port: port,
            kubeconfig: self.kubeconfig,
            maximumDeletes: self.maxDeletes,
            version: ServerVersion(peerage: Version.current)
        )
        configuration.metricsAddress = self.metricsListen.flatMap(Self.parse)
        let standalone = try Standalone(configuration, logger: logger)
        if self.once {
            try await self.runOnce(standalone)
        } else {
            do {
                try await standalone.run(self.audience)
            } catch  where isAddressInUse(error) {
                let addresses = ([self.listen] + [self.metricsListen].compactMap(\.self)).joined(separator: " or ")
                throw CommandFailure(
                    .couldNotTell,
                    "cannot listen on \(addresses): something else does; choose another address, or "
                        + "--listen 127.0.0.1:0 for any free port"
                )
            }
        }
    }

    private func runOnce(_ standalone: Standalone) async throws {
        let unsettled = try await standalone.runOnce(timeout: Duration(goText: self.timeout) ?? .seconds(60))
        for line in unsettled { Terminal.messages.writeLine(line) }
        guard unsettled.isEmpty else { throw ExitCode(1) }
        self.say("everything is as declared")
    }

    // MARK: - What a person sees

    private var audience: Standalone.Audience {
        Standalone.Audience(
            ready: { endpoint in self.say("API at \(endpoint.url), kubeconfig in \(endpoint.kubeconfigPath)") },
            line: { self.say($0) },
            settled: { self.tellSettled($0) }
        )
    }

    private func tellSettled(_ unsettled: [String]) {
        guard unsettled.isEmpty else {
            self.say("")
            for line in unsettled.prefix(20) { self.say("✘ \(line)") }
            return
        }
        guard self.manifests != nil else { return }
        let isFound = ["./.peerage", ".peerage"].contains(self.data)
        let folder = isFound ? "" : "export KUBECONFIG=\(self.data)/kubeconfig\n  "
        self.say(
            """

            Everything is as declared. Try, in another terminal:
              \(folder)peerage status
              peerage get all -A
              peerage describe bigpeerreplication NAME
            and edit a file in \(self.manifests ?? "the folder"), or remove one. Ctrl-C stops.
            """
        )
    }

    private func say(_ text: String) {
        guard !self.quiet else { return }
        Terminal.output.writeLine(text)
    }

    /// Reads `host:port`, with brackets around an IPv6 address.
    private static func parse(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), Int(port))
    }
}

extension LineLogHandler.Format: ExpressibleByArgument {}
