import Testing

@testable import HTTP

@Suite("RequestTarget")
struct RequestTargetTests {
    @Test(
        "a URL is taken apart",
        arguments: [
            ("http://a", "http://a", "", "http://b"),
            ("HTTPS://a.b:8443/x?y=1#z", "https://a.b:8443", "/x?y=1", "https://b:8443/x?y=1"),
            ("http://[::1]:80?q", "http://[::1]:80", "?q", "http://b:80?q"),
            ("http://[fe80::1]/", "http://[fe80::1]", "/", "http://b/"),
            ("http://a/x@y", "http://a", "/x@y", "http://b/x@y"),
        ]
    )
    func parts(_ url: String, _ origin: String, _ rest: String, _ renamed: String) throws {
        let target = try RequestTarget(parsing: url)
        #expect(target.origin == origin)
        #expect(target.pathAndQuery == rest)
        #expect(target.url(withHost: "b") == renamed)
    }

    @Test(
        "what is not a URL to send to is refused with a reason",
        arguments: [
            ("a/b", "it has no scheme"), ("://a", "its scheme is not http or https"), ("http:///x", "it has no host"),
            ("http://[::1", "it has no host"), ("http://a:0/", "its port is not a number from 1 to 65535"),
            ("http://a:/", "its port is not a number from 1 to 65535"),
            ("http://[::1]x/", "its port is not a number from 1 to 65535"),
            ("http://a:b@c/", "it holds a user name or password"), ("http://a\\b/", "byte 92 is not allowed in it"),
        ]
    )
    func refused(_ url: String, _ reason: String) {
        #expect(throws: InvalidURL(reason)) { try RequestTarget(parsing: url) }
    }

    @Test("people are shown a URL without query, credentials and line breaks")
    func endpoint() {
        let request = HTTPRequest(.get, "http://u:p@h/a\n?token=x")
        #expect(request.endpoint == "GET http://h/a\u{FFFD}")
    }
}
