import Testing

@testable import EmbeddedPeer

@Suite("Strangers")
struct StrangerTests {
    @Test("each address is told once of each app, and what is remembered has an end")
    func told() {
        var told = ToldStrangers()
        let logins = [("10.0.0.7", "cars"), ("10.0.0.7", "cars"), ("10.0.0.7", "trucks"), ("10.0.0.8", "cars")]
        #expect(logins.map { told.isNews($0.0, $0.1) } == [true, false, true, true])
        let apps = (0..<1_000).count { told.isNews("10.0.0.9", "app\($0)") }
        #expect(apps == 16)
        let addresses = (0..<100_000).count { told.isNews("host\($0)", "cars") }
        #expect(addresses == 253)
    }

    @Test("an app without a credential is shut where other machines can come, and nowhere else")
    func shut() {
        var open = EmbeddedPeerConfiguration.Replication(listen: ListenAddress(host: "0.0.0.0", port: 4_040))
        open.passwords = ["cars": "secret"]
        #expect(!open.isShut("cars"))
        #expect(open.isShut("trucks"))
        for listen in [ListenAddress.anyOnLoopback, nil] {
            #expect(!EmbeddedPeerConfiguration.Replication(listen: listen).isShut("trucks"))
        }
    }
}
