import JSON
import KubernetesModel

/// The rules about where an embedded peer listens.
enum ListenRules {
    private static let names = ["api", "replication", "data", "dcp", "bus"]

    static func problems(in object: JSONValue) -> [FieldProblem] {
        guard let embedded = object[["spec", "embedded"]], let listen = embedded[["listen"]] else { return [] }
        var problems: [FieldProblem] = []
        if listen["api"] == "" {
            problems.append(
                FieldProblem(.invalid, at: self.path("api"), "cannot be off: the controller speaks to the peer there")
            )
        }
        let hasToken = embedded[["auth", "tokenSecretRef"]] != nil
        let hasUsers = embedded[["dcp", "users"]]?.array?.isEmpty == false
        var taken: [String: String] = [:]
        for name in self.names {
            guard let address = listen[name]?.string.flatMap(ListenAddress.init) else { continue }
            if !address.isLoopback, !(name == "dcp" ? hasUsers : hasToken) {
                problems.append(
                    FieldProblem(
                        .forbidden,
                        at: self.path(name),
                        "is open to other machines and asks for no credentials",
                        expected: "a loopback address such as \"127.0.0.1:\(address.port)\", or "
                            + (name == "dcp" ? "users in embedded.dcp" : "a tokenSecretRef in embedded.auth")
                    )
                )
            }
            guard address.port != 0 else { continue }
            if let other = taken.updateValue(name, forKey: address.description) {
                problems.append(
                    FieldProblem(.duplicate, at: self.path(name), "is the address of \(other) as well")
                )
            }
        }
        return problems
    }

    private static func path(_ name: String) -> FieldPath { .spec("embedded", "listen", name) }
}
