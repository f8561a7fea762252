/// Puts a response together from the pieces that libcurl hands over, within limits.
struct ResponseAssembler {
    /// What to do after a piece.
    enum Verdict: Hashable {
        /// Go on.
        case proceed
        /// Go on; the final head has just become complete.
        case headComplete
        /// Stop: the response is longer than this limit.
        case tooLarge(limit: Int)
    }

    /// The most bytes that all lines of a head may have; libcurl limits only single lines.
    static let headLimit = 256 << 10

    private let bodyLimit: Int
    private(set) var response = RawResponse()
    private(set) var isHeadComplete = false

    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
    }

    /// Takes one line of a head, its line break included.
    ///
    /// An interim response (1xx) is forgotten when the next status line comes; lines behind the final head are
    /// trailers, which nobody here reads.
    mutating func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Verdict {
        guard !self.isHeadComplete else { return .proceed }
        if line.starts(with: "HTTP/".utf8) {
            self.response.head.removeAll(keepingCapacity: true)
            self.response.status = Self.status(of: line)
        }
        guard self.response.head.count + line.count <= Self.headLimit else { return .tooLarge(limit: Self.headLimit) }
        self.response.head.append(contentsOf: line)
        guard Self.isBlank(line), self.response.status >= 200 else { return .proceed }
        self.isHeadComplete = true
        return .headComplete
    }

    /// Takes the length that the server announced for the body.
    mutating func expectBody(length: Int) -> Verdict {
        guard length <= self.bodyLimit else { return .tooLarge(limit: self.bodyLimit) }
        // The announcement is only a claim, so no more than this is reserved for it.
        self.response.body.reserveCapacity(min(max(length, 0), 1 << 20))
        return .proceed
    }

    /// Takes the next bytes of the body.
    mutating func takeBody(_ chunk: UnsafeRawBufferPointer) -> Verdict {
        guard chunk.count <= self.bodyLimit - self.response.body.count else {
            return .tooLarge(limit: self.bodyLimit)
        }
        self.response.body.append(contentsOf: chunk)
        return .proceed
    }

    private static func isBlank(_ line: UnsafeRawBufferPointer) -> Bool {
        line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }

    /// The three digits behind the first space, or 0.
    private static func status(of line: UnsafeRawBufferPointer) -> Int {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        let digits = line[(space + 1)...].prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return 0
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

/// A response whose head is still bytes: the task that asked parses it, not the thread that all requests share.
struct RawResponse: Sendable {
    var status = 0
    var head: [UInt8] = []
    var body: [UInt8] = []

    /// The protocol named by the status line.
    var version: HTTPVersion {
        if self.head.starts(with: "HTTP/2".utf8) { return .two }
        return self.head.starts(with: "HTTP/1.0".utf8) ? .oneZero : .oneOne
    }

    /// The response with its head parsed.
    func parsed() -> HTTPResponse {
        HTTPResponse(
            status: self.status,
            version: self.version,
            headers: HTTPHeaders(parsing: self.head),
            body: self.body
        )
    }
}
