import Testing

@testable import HTTP

@Suite("HTTPHeaders")
struct HTTPHeadersTests {
    @Test("a name is found whatever its case, repeated names keep their order")
    func lookup() {
        var headers: HTTPHeaders = ["Content-Type": "a", "Via": "1"]
        headers.add("VIA", "2")
        #expect(headers["content-type"] == "a")
        #expect(headers["via"] == "1")
        #expect(headers.values(of: "Via") == ["1", "2"])
        #expect(headers["Vi"] == nil)
        headers["via"] = "3"
        #expect(headers.values(of: "Via") == ["3"])
        headers["via"] = nil
        #expect(headers["Via"] == nil)
    }

    @Test("names that differ only in the bit that tells cases of letters apart stay different")
    func notLetters() {
        #expect(!"[".equalsIgnoringASCIICase("{"))
        #expect(!"@".equalsIgnoringASCIICase("`"))
        #expect("Az".equalsIgnoringASCIICase("aZ"))
    }

    @Test("credentials are not printed")
    func secrets() {
        let headers: HTTPHeaders = ["Authorization": "Bearer s3cret", "cookie": "s3cret", "Accept": "*/*"]
        #expect(headers.description == "[Authorization: (redacted), cookie: (redacted), Accept: */*]")
        #expect(!String(reflecting: headers).contains("s3cret"))
    }

    @Test("a head is read line by line, folded values and empty ones included")
    func parsing() {
        let head = "HTTP/1.1 200 OK\r\nA: 1\r\nB:\t two words \r\nC:\r\nnonsense\r\nD: x\r\n  y\r\nE: a:b\n\r\n"
        #expect(
            HTTPHeaders(parsing: Array(head.utf8))
                == ["A": "1", "B": "two words", "C": "", "D": "x y", "E": "a:b"]
        )
        #expect(HTTPHeaders(parsing: []) == [:])
        #expect(HTTPHeaders(parsing: Array("HTTP/1.1 200\r\n  folded onto nothing\r\n".utf8)) == [:])
    }
}
