import JSON
import KubernetesModel
import Testing

@testable import Resources

@Suite("Texts of the spec")
struct TextTests {
    @Test(
        "addresses are host:port",
        arguments: [
            ("big-peer-2.ditto.svc.cluster.local:4040", "big-peer-2.ditto.svc.cluster.local", 4040),
            ("10.0.0.7:1", "10.0.0.7", 1), ("my_host:65535", "my_host", 65_535), ("[::1]:4040", "::1", 4040),
            ("[2001:db8::1]:80", "2001:db8::1", 80), ("[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80),
        ] as [(String, String, UInt16)]
    )
    func addresses(text: String, host: String, port: UInt16) throws {
        let address = try #require(HostPort(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
        #expect(text.wholeMatch(of: try Regex(HostPort.regex)) != nil)
    }

    @Test(
        "what is no address says why",
        arguments: [
            ("", "is empty"), ("host", "has no port"), ("host:", "has no port after \":\""), (":80", "has no host"),
            ("host:0", "has the port \"0\", and 1 to 65535 are allowed"),
            ("host:65536", "has the port \"65536\", and 1 to 65535 are allowed"),
            ("host:080", "has the port \"080\", and 1 to 65535 are allowed"),
            ("host:99999999999999999999", "has the port \"99999999999999999999\", and 1 to 65535 are allowed"),
            ("https://host:80", "has the scheme \"https://\""),
            ("host:80/path", "has the path \"/path\""),
            ("::1:80", "has more than one \":\"; an IPv6 address stands in brackets, as in \"[::1]:4040\""),
            ("[::1:80", "has no \"]\" after the address"), ("[::1]", "has no port"),
            ("[::g]:80", "has \"::g\", which is not an IPv6 address"),
            ("[1:2:3]:80", "has \"1:2:3\", which is not an IPv6 address"),
            ("1.2.3.256:80", "has \"1.2.3.256\", which is not an IPv4 address"),
            ("ho st:80", "has white space at character 3, which no host name has"),
            ("a..b:80", "has an empty part between the dots of its host"),
            ("a:\u{301}80", "has the port \"\u{301}80\", and 1 to 65535 are allowed"),
            ("[\u{301}::1]:80", "has \"\u{301}::1\", which is not an IPv6 address"),
            ("-a:80", "has \"-a\" in its host, which starts or ends with \"-\""),
        ]
    )
    func noAddresses(text: String, problem: String) {
        #expect(HostPort.problem(in: text) == problem)
        #expect(HostPort(text) == nil)
    }

    @Test("only this machine is loopback")
    func loopback() throws {
        for text in ["127.0.0.1:0", "127.8.9.1:1", "localhost:1", "a.localhost:1", "[::1]:0", "[0:0:0:0:0:0:0:1]:5"] {
            #expect(try #require(ListenAddress(text)).isLoopback, "\(text)")
        }
        for text in ["0.0.0.0:0", "127.example:1", "[::]:0", "[1::1]:0", "10.0.0.1:1", "[::11]:1"] {
            #expect(!(try #require(ListenAddress(text)).isLoopback), "\(text)")
        }
    }

    @Test("an app id compares without regard to case")
    func appID() throws {
        let lower = try #require(AppID("2164bef3-37c0-489c-9ac6-c94b034525d7"))
        let upper = try #require(AppID("2164BEF3-37C0-489C-9AC6-C94B034525D7"))
        #expect(lower == upper)
        #expect(upper.description == "2164bef3-37c0-489c-9ac6-c94b034525d7")
        for text in ["", "2164bef3", "2164bef337c0489c9ac6c94b034525d7", "2164bef3-37c0-489c-9ac6-c94b034525dg"] {
            #expect(AppID(text) == nil)
        }
    }

    @Test("endpoints are base URLs")
    func endpoint() throws {
        let url = try #require(EndpointURL("https://operator.example:8443/operator-api/"))
        #expect((url.isSecure, url.host, url.port) == (true, "operator.example", 8443))
        #expect(url.path == "/operator-api")
        #expect(url.description == "https://operator.example:8443/operator-api")
        #expect(EndpointURL("http://[::1]:8080")?.isLoopback == true)
        #expect(EndpointURL("http://localhost")?.description == "http://localhost")
        for text in [
            "", "operator", "ftp://a", "http://", "http://a b", "http://a?x", "http://a#x", "http://u:p@a",
            "http://\u{301}a",
        ] {
            #expect(EndpointURL(text) == nil, "\(text)")
            #expect(EndpointURL.problem(in: text) != nil)
        }
    }

    // https://pkg.go.dev/time#ParseDuration
    @Test(
        "durations are Go's",
        arguments: [
            ("10s", .seconds(10)), ("5m", .seconds(300)), ("168h", .seconds(604_800)), ("1h30m", .seconds(5400)),
            ("1.5s", .milliseconds(1500)), ("250ms", .milliseconds(250)), ("3us", .microseconds(3)),
        ] as [(String, Duration)]
    )
    func durations(text: String, duration: Duration) {
        #expect(Duration(durationText: text) == duration)
    }

    @Test(
        "what is no duration is refused",
        arguments: ["", "10", "s", "-1s", "1d", "1 s", "1.s", ".5s", "9999999999h"]
    )
    func noDurations(text: String) {
        #expect(Duration(durationText: text) == nil)
    }

    @Test("durations print as a person writes them")
    func durationText() {
        #expect(Duration.seconds(300).text == "5m")
        #expect(Duration.seconds(5400).text == "1h30m")
        #expect(Duration.milliseconds(1500).text == "1s500ms")
        #expect(Duration.zero.text == "0s")
    }

    @Test("a template gives the address of the vendor's Service")
    func template() throws {
        // big-peer-api.md §2.2: the address of the vendor's own guide.
        let address = ReplicationAddressTemplate.standard.address(
            bigPeer: "bp2",
            replication: "blue-cars-bp2",
            namespace: "ditto"
        )
        #expect(address?.description == "ditto-bp2-replication-blue-cars-bp2.ditto.svc.cluster.local:4040")
        #expect(ReplicationAddressTemplate.standardNamesMaximum == 44)
        #expect(ReplicationAddressTemplate("edge.example:4040") != nil)
        #expect(
            ReplicationAddressTemplate.problem(in: "{bigpeer}:1")
                == "has \"{bigpeer}\", and only {bigPeer}, {replication} and {namespace} are filled in"
        )
        #expect(ReplicationAddressTemplate("{bigPeer}") == nil)
        #expect(ReplicationAddressTemplate("{bigPeer") == nil)
    }
}
