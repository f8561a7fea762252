import EmbeddedPeer
import Logging
import PeerModel
import Testing

/// The server of these tests is older than Kubernetes 1.25: nothing but the controller keeps a fixed field.
extension ClusterTests {
    @Test("a fixed field that the server lets change makes nothing at the Big Peer, and can be put back")
    func fixedField() async throws {
        let scene = try await Scene()
        let peer = try EmbeddedBigPeer(
            configuration: EmbeddedPeerConfiguration(
                identity: PeerIdentity(namespace: scene.namespace, name: "berlin"),
                storage: .ephemeral
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let serving = Task { try await peer.run() }
        let address = try await peer.waitUntilListening().api
        let controller = try scene.controller()
        try await scene.kubectl("apply", "-f", "-", input: Self.fleet(at: "\(address)", 1))
        try await scene.untilReady()
        let message = "{.status.conditions[?(@.type==\"Ready\")].message}"
        let advice = "; put it back, or delete the object and create it anew"

        try await scene.kubectl("patch", "bpr", "r0", "--type=merge", "-p", #"{"spec": {"app": "trucks"}}"#)
        try await scene.until("bpr", "r0", Self.reason("Synced"), is: "InvalidSpec")
        try await scene.until(
            "bpr",
            "r0",
            message,
            is: "spec.app cannot change: it was cars, and is trucks now\(advice)"
        )
        try await scene.kubectl("patch", "bpa", "cars", "--type=merge", "-p", #"{"spec": {"appName": "trucks"}}"#)
        try await scene.until("bpa", "cars", Self.reason("Ready"), is: "InvalidSpec")
        // An app and a replication, each made once.
        #expect(peer.snapshot.writes == 2)
        try await scene.kubectl("patch", "bpr", "r0", "--type=merge", "-p", #"{"spec": {"app": "cars"}}"#)
        try await scene.kubectl("patch", "bpa", "cars", "--type=merge", "-p", #"{"spec": {"appName": null}}"#)
        try await scene.untilReady()

        let name = #"{"spec": {"endpoint": {"bigPeerName": "paris"}}}"#
        try await scene.kubectl("patch", "bp", "berlin", "--type=merge", "-p", name)
        for (kind, name) in [("bp", "berlin"), ("bpa", "cars"), ("bpr", "r0")] {
            try await scene.until(kind, name, Self.reason("Ready"), is: "InvalidSpec")
        }
        #expect(peer.snapshot.writes == 2)
        // What goes now goes where it was made.
        try await scene.kubectl("delete", "bpr", "r0", "--timeout=300s")
        #expect(peer.snapshot.writes == 3)
        try await scene.clear()
        #expect(try await controller.stop() == 0)
        serving.cancel()
        _ = await serving.result
    }
}
