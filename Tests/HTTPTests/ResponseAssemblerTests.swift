import Testing

@testable import HTTP

@Suite("ResponseAssembler")
struct ResponseAssemblerTests {
    private func feed(_ lines: String..., to assembler: inout ResponseAssembler) -> [ResponseAssembler.Verdict] {
        lines.map { line in Array(line.utf8).withUnsafeBytes { assembler.takeHeadLine($0) } }
    }

    @Test("a head is complete at its blank line, an interim one is not counted")
    func heads() {
        var assembler = ResponseAssembler(bodyLimit: 10)
        let interim = self.feed("HTTP/1.1 100 Continue\r\n", "A: 1\r\n", "\r\n", to: &assembler)
        #expect(interim == [.proceed, .proceed, .proceed])
        #expect(!assembler.isHeadComplete)
        let final = self.feed("HTTP/2 404 \r\n", "B: 2\r\n", "\r\n", to: &assembler)
        #expect(final == [.proceed, .proceed, .headComplete])
        let trailer = self.feed("Trailer: 3\r\n", to: &assembler)
        #expect(trailer == [.proceed])
        let response = assembler.response.parsed()
        #expect(response.status == 404)
        #expect(response.version == .two)
        #expect(response.headers == ["B": "2"])
    }

    @Test("the body's limit is exact, for what is announced and for what comes")
    func bodyLimit() {
        var assembler = ResponseAssembler(bodyLimit: 3)
        let announced = [3, -1, 4].map { assembler.expectBody(length: $0) }
        #expect(announced == [.proceed, .proceed, .tooLarge(limit: 3)])
        let two: [UInt8] = [1, 2]
        let taken = (0..<2).map { _ in two.withUnsafeBytes { assembler.takeBody($0) } }
        #expect(taken == [.proceed, .tooLarge(limit: 3)])
        #expect(assembler.response.body == [1, 2])
    }

    @Test("a status line without three digits has status 0", arguments: ["HTTP/1.1", "HTTP/1.1 2", "HTTP/1.1 2x0"])
    func badStatus(_ line: String) {
        var assembler = ResponseAssembler(bodyLimit: 3)
        _ = self.feed(line + "\r\n", "\r\n", to: &assembler)
        #expect(assembler.response.status == 0)
        #expect(!assembler.isHeadComplete)
    }
}
