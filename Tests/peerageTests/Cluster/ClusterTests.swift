import EmbeddedPeer
import Foundation
import Logging
import PeerModel
import Testing

/// `peerage controller` and `peerage host` as processes, against a real API server.
@Suite(
    "In a cluster",
    .serialized,
    .timeLimit(.minutes(20)),
    .enabled("there is a server to ask") { try await KubeServer.shared != nil }
)
struct ClusterTests {
    static func reason(_ condition: String) -> String {
        "{.status.conditions[?(@.type==\"\(condition)\")].reason}"
    }

    @Test("the quickstart becomes Ready, kubectl shows and describes it, and deletes it through its finalizers")
    func quickstart() async throws {
        let scene = try await Scene()
        let (controller, host) = (try scene.controller(), try scene.host())
        let watching = try scene.server.kubectlDaemon("get", "-n", scene.namespace, "bpr", "-w", "-o", "wide")
        try await scene.applyQuickstart()
        try await scene.untilReady()
        try await scene.until("bp", "berlin", Self.reason("Ready"), is: "Running")
        try await scene.until("bp", "berlin", Self.reason("Reachable"), is: "Reachable")
        try await watching.until("the Big Peer holds what the spec says")
        for name in ["cars-berlin", "cars-paris"] {
            try await scene.until("bpr", name, Self.reason("Replicating"), is: "Live")
        }
        for column in ["NAME", "READY", "SYNCED", "BIGPEER", "APP", "AGE"] { #expect(watching.output.contains(column)) }
        watching.signal(SIGKILL)

        let description = try await scene.kubectl("describe", "bp", "berlin")
        #expect(description.contains("the embedded peer runs at http://127.0.0.1:"))
        #expect(description.contains("Events:"))
        let api = try await scene.kubectl("get", "bp", "berlin", "-o", "jsonpath={.status.endpoints.api}")
        let app = try await Tool.run("curl", ["-fsS", "\(api)/namespace/\(scene.namespace)/bigPeer/berlin/app"])
        #expect(app.output.contains("2164bef3-37c0-489c-9ac6-c94b034525d7"))

        try await scene.clear()
        #expect(try await scene.kubectl("get", "bp,bpa,bpr", "-o", "name") == "")
        #expect(try await controller.stop() == 0)
        #expect(try await host.stop() == 0)
        let holders = try await scene.kubectl("get", "lease", "-o", "jsonpath=<{.items[*].spec.holderIdentity}>")
        #expect(holders == "< >" || holders == "<>", "both Leases are given back")
    }

    @Test("the rights in manifests/rbac are enough, and without them the first word is which one is missing")
    func rights() async throws {
        let scene = try await Scene()
        let system = "peerage-system"
        try await scene.server.kubectl(
            "apply",
            "-f",
            "-",
            input: #"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "\#(system)"}}"#
        )
        for account in ["peerage-controller", "peerage-host"] {
            try await scene.server.kubectl("create", "serviceaccount", account, "-n", system)
        }
        let ofController = try await scene.server.kubeconfig(of: "peerage-controller", in: system)
        let ofHost = try await scene.server.kubeconfig(of: "peerage-host", in: system)
        let refused = try Daemon(try Program.path, ["controller", "--kubeconfig", ofController])
        #expect(try await refused.untilEnd() == 2)
        #expect(refused.output.contains("this account may not:"))
        #expect(refused.output.contains("get, list, watch, patch bigpeers.peerage.dev in every namespace"))
        #expect(
            refused.output.contains(
                "get, update leases.coordination.k8s.io \"peerage-controller\" in namespace \(system)"
            )
        )
        #expect(refused.output.contains("manifests/rbac"))

        // Everything in one namespace, nothing in the others: those cannot be looked into, which must not pass for empty.
        try await scene.server.kubectl(
            "create",
            "rolebinding",
            "everything-here",
            "-n",
            system,
            "--clusterrole=cluster-admin",
            "--serviceaccount=\(system):peerage-host"
        )
        try await scene.server.until("peerage-host", may: "delete", "bigpeers.peerage.dev", is: "yes")
        let check = try Program.run("check", "-A", "--kubeconfig", ofHost)
        #expect(check.code == 2, "\(check.output)")
        #expect(check.output.contains("bigpeers.peerage.dev: cannot be listed in every namespace"))
        try await scene.server.kubectl("delete", "rolebinding", "everything-here", "-n", system)

        let roles = ["controller", "host", "host-leases", "leader-election"]
        for role in roles {
            try await scene.server.kubectl("apply", "-f", "\(KubeServer.repository)/manifests/rbac/\(role)/role.yaml")
        }
        // One right less: the start says so, rather than that nobody ever sees an Event.
        let withoutEvents =
            #"[{"op": "test", "path": "/rules/5/resources", "value": ["events"]}, {"op": "remove", "path": "/rules/5"}]"#
        try await scene.server.kubectl("patch", "clusterrole", "peerage-controller", "--type=json", "-p", withoutEvents)
        try await scene.server.until("peerage-controller", may: "create", "events", is: "no")
        let lacking = try Daemon(try Program.path, ["controller", "--kubeconfig", ofController])
        #expect(try await lacking.untilEnd() == 2)
        #expect(
            lacking.output.split(separator: "\n").filter { $0.hasPrefix("  - ") }
                == ["  - create, update events in every namespace"],
            "\(lacking.output)"
        )
        try await scene.server.kubectl("apply", "-f", "\(KubeServer.repository)/manifests/rbac/controller/role.yaml")
        try await scene.server.until("peerage-controller", may: "create", "events", is: "yes")
        let controller = try Daemon(try Program.path, ["controller", "--kubeconfig", ofController])
        let host = try Daemon(
            try Program.path,
            ["host", "--kubeconfig", ofHost, "--name", "default", "--data", "\(scene.folder.path)/host"]
        )
        try await scene.kubectl("create", "secret", "generic", "berlin", "--from-literal=token=s3cret")
        try await scene.kubectl("apply", "-f", "-", input: Self.guarded)
        try await scene.untilReady()
        try await scene.until("bp", "berlin", Self.reason("Reachable"), is: "Reachable")
        try await scene.clear()
        #expect(try await controller.stop() == 0)
        #expect(try await host.stop() == 0)
        for said in [controller.output, host.output] { #expect(!said.contains("forbidden"), "\(said)") }
        for role in roles {
            let path = "\(KubeServer.repository)/manifests/rbac/\(role)/role.yaml"
            try await scene.server.kubectl("delete", "-f", path)
        }
    }

    private static let guarded = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: berlin}
        spec: {embedded: {auth: {tokenSecretRef: {name: berlin}}}}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerApp
        metadata: {name: cars}
        spec: {bigPeerRef: {name: berlin}, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
        """

    @Test("a creation that the Big Peer refuses is told in the status, which no longer claims the remote object")
    func refusedCreation() async throws {
        let scene = try await Scene()
        let peer = try Daemon("/usr/bin/env", ["python3", "-u", "-c", Self.refusingPeer])
        try await peer.until("listening\n")
        let port = try #require(peer.output.split(separator: " ").first)
        let controller = try scene.controller()
        let fleet = Self.fleet(at: "127.0.0.1:\(port)", 0)
        try await scene.kubectl("apply", "-f", "-", input: fleet)
        try await peer.until("POST ")
        try await scene.until("bpa", "cars", Self.reason("Synced"), is: "RequestRejected")
        #expect(try await scene.kubectl("get", "bpa", "cars", "-o", "jsonpath={.status.remote}") == "")
        #expect(!controller.output.contains("must be of type"), "\(controller.output)")
        try await scene.clear()
        #expect(try await controller.stop() == 0)
        peer.signal(SIGKILL)
    }

    /// A Big Peer that has nothing and takes nothing.
    private static let refusingPeer = """
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        class Peer(BaseHTTPRequestHandler):
            def answer(self, code, body):
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                isList = self.path.endswith(("/app", "/bigPeerReplication"))
                self.answer(200, b"[]") if isList else self.answer(404, b'{"error": "app not found"}')
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                print("POST " + self.path, flush=True)
                self.answer(400, b'{"message": "no"}')
            def log_message(self, *arguments): pass
        server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
        print(server.server_address[1], "listening", flush=True)
        server.serve_forever()
        """

    // MARK: - Two controllers

    /// How a leader ends.
    enum End: String, CaseIterable, Sendable {
        case terminated, killed, frozen
    }

    @Test(
        "when a leader ends in the middle of its work, the other goes on and writes nothing twice",
        arguments: End.allCases
    )
    func handOver(_ end: End) async throws {
        let count = 60
        let scene = try await Scene()
        // A Big Peer in this process, which counts what is asked of it.
        let peer = try EmbeddedBigPeer(
            configuration: EmbeddedPeerConfiguration(
                identity: PeerIdentity(namespace: scene.namespace, name: "berlin"),
                storage: .ephemeral
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let serving = Task { try await peer.run() }
        let address = try await peer.waitUntilListening().api

        let first = try scene.controller()
        try await first.until("This process leads")
        let second = try scene.controller()
        try await second.until("Leader seen")
        try await scene.kubectl("apply", "-f", "-", input: Self.fleet(at: "\(address)", count))
        try await scene.kubectl("wait", "--for=condition=Ready", "--timeout=300s", "bpr/r0")
        switch end {
        case .terminated:
            #expect(try await first.stop() == 0)
        case .killed:
            first.signal(SIGKILL)
            try await first.untilEnd()
        case .frozen:
            first.signal(SIGSTOP)
        }
        try await second.until("This process leads")
        try await scene.untilReady()
        if end == .frozen {
            first.signal(SIGCONT)
            #expect(try await first.untilEnd() == 1)
            #expect(first.output.contains("the lease"))
        }
        // An app, and every replication once: what was written twice would be one too many, or a refusal.
        #expect(peer.snapshot.writes == count + 1)

        try await scene.clear()
        #expect(try await second.stop() == 0)
        serving.cancel()
        _ = await serving.result
    }

    static func fleet(at address: String, _ count: Int) -> String {
        let head = """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeer
            metadata: {name: berlin}
            spec: {endpoint: {url: "http://\(address)"}}
            ---
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerApp
            metadata: {name: cars}
            spec: {bigPeerRef: {name: berlin}, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
            """
        let replications = (0..<count).map { number in
            """
            ---
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerReplication
            metadata: {name: r\(number)}
            spec: {bigPeerRef: {name: berlin}, app: cars, queriesByCollection: {cars: ["owner = \(number)"]}}
            """
        }
        return ([head] + replications).joined(separator: "\n")
    }

    @Test("controllers whose Leases have two names warn of one another")
    func twoLeases() async throws {
        let scene = try await Scene()
        let first = try scene.controller()
        try await first.until("This process leads")
        let second = try scene.controller("--lease", "another-controller")
        let warning = "another controller looks after the same resources"
        try await first.until(warning)
        try await second.until(warning)
        #expect(first.output.contains("\(scene.namespace)/another-controller"))
        #expect(second.output.contains("\(scene.namespace)/peerage-controller"))
        for controller in [first, second] { #expect(try await controller.stop() == 0) }
    }

    // MARK: - An API server that fails

    @Test("an API server that is killed and comes back is survived: peers run on, watches begin anew, all converges")
    func restart() async throws {
        let scene = try await Scene()
        var controller = try scene.controller()
        let host = try scene.host()
        try await scene.applyQuickstart()
        try await scene.untilReady()
        let api = try await scene.kubectl("get", "bp", "berlin", "-o", "jsonpath={.status.endpoints.api}")

        // The host sleeps through the outage and wakes up behind the server's history.
        host.signal(SIGSTOP)
        try await scene.server.kill()
        host.signal(SIGCONT)
        let apps = try await Tool.run("curl", ["-fsS", "\(api)/namespace/\(scene.namespace)/bigPeer/berlin/app"])
        #expect(apps.output.contains("cars"), "\(apps.messages)")
        host.signal(SIGSTOP)
        try await scene.server.startAgain()
        try await scene.kubectl("apply", "-f", "-", input: Self.third)
        host.signal(SIGCONT)
        if !controller.isRunning {
            // It could not renew its Lease in time and made room, as it must; kubelet would start it again.
            #expect(try await controller.untilEnd() == 1)
            controller = try scene.controller()
        }
        try await scene.until("bp", "rome", Self.reason("Ready"), is: "Running")
        try await scene.untilReady()
        #expect(host.isRunning)
        try await scene.clear()
        #expect(try await host.stop() == 0)
        if controller.isRunning { try await controller.stop() }
    }

    static let third = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: rome}
        spec: {embedded: {}}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerApp
        metadata: {name: rome-cars}
        spec: {bigPeerRef: {name: rome}, appName: cars, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
        """

    // MARK: - Hosts

    @Test("a host runs its own peers and no others; a peer whose host nobody runs says so, and runs when somebody does")
    func hosts() async throws {
        let scene = try await Scene()
        let (controller, east) = (try scene.controller(), try scene.host("east"))
        try await scene.kubectl("apply", "-f", "-", input: Self.eastAndWest)
        try await scene.until("bp", "dresden", Self.reason("Ready"), is: "Running")
        try await scene.until("bp", "bonn", Self.reason("Ready"), is: "HostNotFound")
        #expect(try await scene.kubectl("get", "bp", "bonn", "-o", "jsonpath={.status.endpoints}") == "")

        let west = try scene.host("west")
        try await scene.until("bp", "bonn", Self.reason("Ready"), is: "Running")
        try await scene.until("bp", "bonn", Self.reason("Reachable"), is: "Reachable")
        // Another process cannot be the same host on the same data.
        let rival = try scene.host("west")
        #expect(try await rival.untilEnd() == 2)
        #expect(rival.output.contains("uses the directory"))

        // Whether data flows is the host's to tell, and of a host that is gone nothing is claimed.
        try await scene.until("bpr", "dresden", Self.reason("Replicating"), is: "Disconnected")
        #expect(try await east.stop() == 0)
        try await scene.until("bpr", "dresden", Self.reason("Replicating"), is: "NotMeasured")
        let eastAgain = try scene.host("east")
        try await scene.until("bpr", "dresden", Self.reason("Replicating"), is: "Disconnected")

        try await scene.clear()
        for process in [controller, eastAgain, west] { #expect(try await process.stop() == 0) }
    }

    private static let eastAndWest = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: dresden}
        spec: {embedded: {host: east}}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: bonn}
        spec: {embedded: {host: west}}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerApp
        metadata: {name: dresden}
        spec: {bigPeerRef: {name: dresden}, appName: cars, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7, deletionPolicy: Delete}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerReplication
        metadata: {name: dresden}
        spec: {bigPeerRef: {name: dresden}, app: cars}
        """

    @Test("what keeps a process from beginning is told in a sentence, with exit code 2")
    func cannotBegin() async throws {
        let folder = try Folder()
        let missing = try Program.run("controller", "--kubeconfig", "\(folder.path)/none")
        #expect(missing.code == 2)
        #expect(missing.messages.contains("no such file"))
        let config = """
            {apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}],
             clusters: [{name: a, cluster: {server: "http://127.0.0.1:9"}}], users: [{name: a, user: {}}]}
            """
        let dead = try Program.run("controller", "--kubeconfig", try folder.write("dead", config))
        #expect(dead.code == 2)
        #expect(dead.messages.contains("http://127.0.0.1:9"))
    }
}
