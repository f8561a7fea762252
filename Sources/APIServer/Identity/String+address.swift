#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension String {
    /// The bytes of an IPv4 or IPv6 address in network order; `nil` when the text is none.
    var addressBytes: [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if bytes.withUnsafeMutableBytes({ inet_pton(family, self, $0.baseAddress) }) == 1 { return bytes }
        }
        return nil
    }

    /// Whether this is the address of every interface.
    var isWildcardAddress: Bool { self.addressBytes?.allSatisfy { $0 == 0 } ?? false }

    /// The name that this machine gives itself.
    static var machineName: String? {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return nil }
        let name = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return name.isEmpty || !name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ? nil : name
    }
}
