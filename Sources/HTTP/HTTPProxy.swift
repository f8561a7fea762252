/// Which proxy stands between this client and the server.
package enum HTTPProxy: Sendable, Hashable {
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    case environment
    /// None, whatever the environment says.
    case none
    /// A proxy's URL (`http`, `https`, `socks5`, `socks5h`), for all hosts but those of `bypass`.
    ///
    /// A user name and a password may stand in the URL; `description` leaves them out.
    case server(url: String, bypass: [String] = [])
}

extension HTTPProxy: CustomStringConvertible, CustomReflectable {
    /// The choice, without credentials.
    package var description: String {
        switch self {
        case .environment: "from the environment"
        case .none: "none"
        case .server(let url, _):
            if let at = url.lastIndex(of: "@") { "(redacted)\(url[at...])" } else { url }
        }
    }

    /// Shows `dump` and debuggers no more than `description` does.
    package var customMirror: Mirror { Mirror(self, children: ["proxy": self.description]) }
}
