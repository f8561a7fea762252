import FoundationEssentials
import JSON
import YAML

/// The kubeconfig with which kubectl and `peerage` find the server and are let in.
struct Kubeconfig: Sendable {
    /// The name of the cluster, the user and the context.
    private static let name: JSONValue = "peerage"

    let server: String
    let authority: String
    let token: AccessToken

    /// The file's text.
    var yaml: String {
        let authority = Data(self.authority.utf8).base64EncodedString()
        let cluster: JSONValue = ["certificate-authority-data": .string(authority), "server": .string(self.server)]
        let context: JSONValue = ["cluster": Self.name, "namespace": "default", "user": Self.name]
        let config: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "current-context": Self.name, "preferences": [:],
            "clusters": [["cluster": cluster, "name": Self.name]],
            "contexts": [["context": context, "name": Self.name]],
            "users": [["name": Self.name, "user": ["token": .string(self.token.value)]]],
        ]
        return YAML.text(of: [config], firstKeys: ["apiVersion", "kind", "current-context"])
    }

    /// Writes the file, unless it is there already.
    func write(to path: String) throws(PrivateFile.Failure) {
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try PrivateFile.makeFolder(String(path[..<slash]))
        }
        try PrivateFile.ensure(path, holds: self.yaml)
    }
}
