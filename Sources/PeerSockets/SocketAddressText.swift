import NIOCore

extension Channel {
    /// The other end's address as `host:port`.
    var remoteText: String {
        guard let address = self.remoteAddress, let host = address.ipAddress else { return "unknown" }
        return host.contains(":") ? "[\(host)]:\(address.port ?? 0)" : "\(host):\(address.port ?? 0)"
    }
}
