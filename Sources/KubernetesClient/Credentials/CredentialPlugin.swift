import FoundationEssentials
import JSON

/// A program that prints credentials: the `exec` of a kubeconfig's user.
///
/// Source: Kubernetes, "client-go credential plugins"; API `client.authentication.k8s.io/v1` and `v1beta1`.
package struct CredentialPlugin: Sendable {
    /// The program as it is looked for: a path, or a name on `PATH`.
    let command: String
    let arguments: [String]
    /// What is added to the environment.
    let environment: [String: String]
    let apiVersion: String
    /// What to tell a person when the program is missing.
    let installHint: String
    /// What the program is told in `KUBERNETES_EXEC_INFO`.
    let info: String
    /// How long the program may take.
    var patience = Duration.seconds(60)

    private static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    init(
        _ json: JSONValue,
        user: Kubeconfig.Entry,
        _ userName: String,
        cluster: Kubeconfig.Entry,
        read: KubeconfigLocation.Reader
    ) throws(KubeconfigError) {
        let place = "\(user.path): the credential plug-in (exec) of the user \"\(userName)\""
        guard let command = json["command"]?.string, !command.isEmpty else {
            throw KubeconfigError(.malformed, "\(place) has no command")
        }
        guard let version = json["apiVersion"]?.string, Self.versions.contains(version) else {
            throw KubeconfigError(
                .unsupported,
                "\(place) has apiVersion \(json["apiVersion"]?.string ?? "none"); expected "
                    + Self.versions.joined(separator: " or ")
            )
        }
        guard json["interactiveMode"]?.string != "Always" else {
            throw KubeconfigError(
                .unsupported,
                "\(place) wants to ask a person (interactiveMode: Always); use one that can do without"
            )
        }
        // A path is relative to the kubeconfig, a bare name is looked for on PATH.
        self.command = command.contains("/") ? user.resolved(command) : command
        self.arguments = (json["args"]?.array ?? []).compactMap(\.string)
        var environment: [String: String] = [:]
        for variable in json["env"]?.array ?? [] {
            guard let name = variable["name"]?.string, !name.isEmpty, !name.contains("=") else { continue }
            environment[name] = variable["value"]?.string ?? ""
        }
        self.environment = environment
        self.apiVersion = version
        self.installHint = json["installHint"]?.string ?? ""
        let isTold = json["provideClusterInfo"]?.bool ?? false
        self.info = Self.info(version, cluster: isTold ? try Self.told(cluster, read) : nil)
    }

    private static func info(_ version: String, cluster: JSONValue?) -> String {
        var spec: JSONObject = ["interactive": false]
        spec["cluster"] = cluster
        let info: JSONObject = ["apiVersion": .string(version), "kind": "ExecCredential", "spec": .object(spec)]
        return String(decoding: JSONValue.object(info).bytes, as: UTF8.self)
    }

    /// The cluster as plug-ins are told: the kubeconfig's fields, with files as data.
    private static func told(
        _ cluster: Kubeconfig.Entry,
        _ read: KubeconfigLocation.Reader
    ) throws(KubeconfigError) -> JSONValue {
        var told = JSONObject()
        for field in ["server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url"] {
            told[field] = cluster.body[field]
        }
        if let authority = try cluster.bytes("certificate-authority", read) {
            told["certificate-authority-data"] = .string(Data(authority).base64EncodedString())
        }
        let extensions = cluster.body["extensions"]?.array ?? []
        told["config"] = extensions.first { $0["name"]?.string == "client.authentication.k8s.io/exec" }?["extension"]
        return .object(told)
    }
}

extension CredentialPlugin: CustomStringConvertible, CustomReflectable {
    /// The program, without arguments or environment, which may hold secrets.
    package var description: String { "plug-in \(self.command)" }
    /// Shows `dump` and debuggers no more than `description` does.
    package var customMirror: Mirror { Mirror(self, children: ["command": self.command]) }
}
