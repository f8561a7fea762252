import Foundation
import Testing

extension ClusterTests {
    /// A namespace of a test's own, and the processes that work in it.
    struct Scene {
        let server: KubeServer
        let namespace: String
        let folder: Folder

        init() async throws {
            self.server = try #require(try await KubeServer.shared)
            self.namespace = "t-\(UUID().uuidString.prefix(8).lowercased())"
            self.folder = try Folder()
            try await self.server.kubectl("create", "namespace", self.namespace)
        }

        func controller(_ arguments: String..., kubeconfig: String? = nil) throws -> Daemon {
            let shared = [
                "controller", "--kubeconfig", kubeconfig ?? self.server.kubeconfig, "--lease-namespace", self.namespace,
            ]
            return try Daemon(try Program.path, shared + arguments)
        }

        func host(_ name: String = "default", _ arguments: String..., kubeconfig: String? = nil) throws -> Daemon {
            let shared = [
                "host", "--kubeconfig", kubeconfig ?? self.server.kubeconfig, "--lease-namespace", self.namespace,
                "--name", name, "--data", "\(self.folder.path)/\(name)",
            ]
            return try Daemon(try Program.path, shared + arguments)
        }

        @discardableResult
        func kubectl(_ arguments: String..., input: String? = nil) async throws -> String {
            let line = ["-n", self.namespace] + arguments
            let result = try await Tool.run("kubectl", ["--kubeconfig", self.server.kubeconfig] + line, input: input)
            try #require(result.code == 0, "kubectl \(line.joined(separator: " ")): \(result.messages)")
            return result.output
        }

        func applyQuickstart() async throws {
            try await self.kubectl("apply", "-f", "\(KubeServer.repository)/manifests/samples/quickstart")
        }

        func untilReady(_ kinds: String = "bp,bpa,bpr") async throws {
            try await self.kubectl("wait", "--for=condition=Ready", "--timeout=300s", kinds, "--all")
        }

        /// Deletes all that a test made, through the finalizers of controllers that still run.
        func clear() async throws {
            let kinds = "bpr,bpa,bp"
            do {
                try await self.kubectl("delete", kinds, "--all", "--timeout=300s")
            } catch {
                // Whoever reads the failure wants to know what the controller said last.
                let ready = "{.status.conditions[?(@.type==\"Ready\")].message}"
                let line = "{.kind} {.metadata.name} {.metadata.deletionTimestamp} \(ready)"
                let path = "jsonpath={range .items[*]}\(line){\"\\n\"}{end}"
                throw Daemon.TooLate(
                    description: "\(error)\nleft:\n\(try await self.kubectl("get", kinds, "-o", path))"
                )
            }
        }

        func until(_ resource: String, _ name: String, _ path: String, is value: String) async throws {
            try await self.server.until(self.namespace, resource, name, path, is: value)
        }
    }
}
