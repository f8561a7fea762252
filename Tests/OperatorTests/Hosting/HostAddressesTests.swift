import EmbeddedPeer
import Testing

@testable import Operator

@Suite("HostAddresses")
struct HostAddressesTests {
    @Test("what is left out is filled in so that others find what is listened on")
    func defaults() throws {
        let alone = try HostAddresses(listen: nil, advertise: nil, podIP: nil)
        #expect(alone == .asDeclared)
        let pod = try HostAddresses(listen: nil, advertise: nil, podIP: "10.1.2.3")
        #expect(pod == HostAddresses(listen: "10.1.2.3", advertise: "10.1.2.3"))
        let named = try HostAddresses(listen: nil, advertise: "peers-0.peers", podIP: nil)
        #expect(named == HostAddresses(listen: "0.0.0.0", advertise: "peers-0.peers"))
        let empty = try HostAddresses(listen: nil, advertise: nil, podIP: "")
        #expect(empty == .asDeclared)
    }

    @Test(
        "others are not told what nobody listens on",
        arguments: [("127.0.0.1", "10.1.2.3"), ("::1", "peers-0"), ("0.0.0.0", nil), ("::", nil), ("example.com", "x")]
    )
    func refused(listen: String, advertise: String?) {
        #expect(throws: HostAddresses.Invalid.self) {
            try HostAddresses(listen: listen, advertise: advertise, podIP: nil)
        }
    }

    @Test(
        "what listens on all addresses is told as one that can be dialled",
        arguments: [
            ("0.0.0.0", nil, nil, "127.0.0.1:7691"), ("::", nil, nil, "[::1]:7691"), ("0::0", nil, nil, "[::1]:7691"),
            ("0.0.0.0", nil, "oslo", "oslo:7691"), ("0.0.0.0", "10.1.2.3", "oslo", "10.1.2.3:7691"),
            ("10.0.0.9", nil, "oslo", "10.0.0.9:7691"), ("10.0.0.9", "peers-0", "oslo", "peers-0:7691"),
            ("127.0.0.1", "peers-0", "oslo", "127.0.0.1:7691"),
        ] as [(String, String?, String?, String)]
    )
    func told(listen: String, advertise: String?, machine: String?, expected: String) {
        let addresses = HostAddresses(listen: nil, advertise: advertise, machine: machine)
        #expect(addresses.told(ListenAddress(host: listen, port: 7_691)).description == expected)
    }

    @Test("the default host has two names, every other one")
    func names() {
        #expect(EmbeddedBigPeerHosts.names(of: "peers-0", defaultHost: "peers-0") == ["peers-0", "default"])
        #expect(EmbeddedBigPeerHosts.names(of: "peers-1", defaultHost: "peers-0") == ["peers-1"])
        #expect(EmbeddedBigPeerHosts.names(of: "default", defaultHost: "default") == ["default"])
    }
}
