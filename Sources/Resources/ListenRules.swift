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

    /// The rule about credentials as API servers can check it: what they refuse, `problems` refuses as well.
    static let forServers = Self.names.map { name in
        let address = "self.listen.\(name)"
        let credentials =
            name == "dcp"
            ? "has(self.dcp) && has(self.dcp.users) && size(self.dcp.users) > 0"
            : "has(self.auth) && has(self.auth.tokenSecretRef)"
        return Schema.Rule(
            "!has(self.listen) || !has(\(address)) || \(address) == '' || \(address).matches('\(Self.loopback)') || "
                + "(\(credentials))",
            "listen.\(name) is open to other machines and asks for no credentials: set "
                + (name == "dcp" ? "dcp.users" : "auth.tokenSecretRef") + ", or listen on 127.0.0.1"
        )
    }

    // No backslashes: the expression stands in a CEL string in YAML.
    private static let loopback = "(?i)^(127[.]|([^:]*[.])?localhost:|[[][0:]+1[]]:)"

    private static func path(_ name: String) -> FieldPath { .spec("embedded", "listen", name) }
}
