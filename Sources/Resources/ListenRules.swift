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
        let isGuarded = Self.listeners.mapValues { $0.isGuarded(embedded) }
        var taken: [String: String] = [:]
        for name in self.names {
            guard let address = listen[name]?.string.flatMap(ListenAddress.init) else { continue }
            if !address.isLoopback, let listener = Self.listeners[name], isGuarded[name] != true {
                problems.append(
                    FieldProblem(
                        .forbidden,
                        at: self.path(name),
                        "is open to other machines and asks for no credentials",
                        expected: "a loopback address such as \"127.0.0.1:\(address.port)\", or \(listener.guard)"
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

    /// What makes a listener safe to open.
    private struct Listener {
        /// In words.
        let `guard`: String
        /// In CEL, where `self` is the embedded peer.
        let cel: String
        /// Whether an embedded peer has it.
        let isGuarded: @Sendable (JSONValue) -> Bool
    }

    private static let token = Listener(
        guard: "a tokenSecretRef in embedded.auth",
        cel: "has(self.auth) && has(self.auth.tokenSecretRef)"
    ) { $0[["auth", "tokenSecretRef"]] != nil }

    private static let listeners: [String: Listener] = [
        "api": Self.token, "data": Self.token, "bus": Self.token,
        "dcp": Listener(
            guard: "users in embedded.dcp",
            cel: "has(self.dcp) && has(self.dcp.users) && size(self.dcp.users) > 0"
        ) { $0[["dcp", "users"]]?.array?.isEmpty == false },
        "replication": Listener(
            guard: "tls and credentials in embedded.replication",
            cel: "has(self.replication) && has(self.replication.tls) && has(self.replication.credentials) && "
                + "size(self.replication.credentials) > 0"
        ) { embedded in
            embedded[["replication", "tls"]] != nil
                && embedded[["replication", "credentials"]]?.array?.isEmpty == false
        },
    ]

    /// The rule about credentials as API servers can check it: what they refuse, `problems` refuses as well.
    static let forServers = Self.names.compactMap { name -> Schema.Rule? in
        guard let listener = Self.listeners[name] else { return nil }
        let address = "self.listen.\(name)"
        return Schema.Rule(
            "!has(self.listen) || !has(\(address)) || \(address) == '' || \(address).matches('\(Self.loopback)') || "
                + "(\(listener.cel))",
            "listen.\(name) is open to other machines and asks for no credentials: set \(listener.guard), or listen "
                + "on 127.0.0.1"
        )
    }

    // No backslashes: the expression stands in a CEL string in YAML.
    private static let loopback = "(?i)^(127[.]|([^:]*[.])?localhost:|[[][0:]+1[]]:)"

    private static func path(_ name: String) -> FieldPath { .spec("embedded", "listen", name) }
}
