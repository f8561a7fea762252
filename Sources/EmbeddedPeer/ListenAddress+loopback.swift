import NIOCore

extension ListenAddress {
    /// Whether only this machine can reach the address: `127.0.0.0/8` (RFC 1122 §3.2.1.3), `::1`, `localhost`.
    package var isLoopback: Bool {
        if self.host == "localhost" { return true }
        guard let address = try? SocketAddress(ipAddress: self.host, port: self.port) else { return false }
        return address.ipAddress == "::1" || (address.protocol == .inet && address.ipAddress?.hasPrefix("127.") == true)
    }

    /// Whether the host is an IP address.
    package var isNumeric: Bool { (try? SocketAddress(ipAddress: self.host, port: self.port)) != nil }

    /// Whether the host stands for all addresses of the machine.
    package var isWildcard: Bool {
        let address = try? SocketAddress(ipAddress: self.host, port: self.port)
        return address?.ipAddress == "0.0.0.0" || address?.ipAddress == "::"
    }
}
