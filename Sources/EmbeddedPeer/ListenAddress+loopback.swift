import NIOCore

extension ListenAddress {
    /// Whether only this machine can reach the address: `127.0.0.0/8` (RFC 1122 §3.2.1.3), `::1`, `localhost`.
    var isLoopback: Bool {
        if self.host == "localhost" { return true }
        guard let address = try? SocketAddress(ipAddress: self.host, port: self.port) else { return false }
        return address.ipAddress == "::1" || (address.protocol == .inet && address.ipAddress?.hasPrefix("127.") == true)
    }
}
