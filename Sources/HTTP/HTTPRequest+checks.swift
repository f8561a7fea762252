extension HTTPRequest {
    /// The method and the URL without query and credentials, for people to read.
    var endpoint: String {
        var shown = self.url.prefix { $0 != "?" && $0 != "#" }
        if let slashes = shown.firstRange(of: "://"), let at = shown[slashes.upperBound...].lastIndex(of: "@") {
            shown.replaceSubrange(slashes.upperBound...at, with: "")
        }
        let printable = shown.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : Character($0) }
        return "\(self.method.rawValue) \(String(printable))"
    }

    /// The URL taken apart, once the request is known to be safe to send.
    func checkedTarget() throws(HTTPError) -> RequestTarget {
        if let field = self.headers.fields.first(where: { !$0.isSafeToSend }) {
            throw self.refusal(.badHeader(name: field.name))
        }
        if let token = self.bearerToken, !HTTPHeaders.Field(name: "Authorization", value: token.value).isSafeToSend {
            throw self.refusal(.badHeader(name: "Authorization"))
        }
        do throws(InvalidURL) {
            return try RequestTarget(parsing: self.url)
        } catch {
            throw self.refusal(.badURL(reason: error.reason))
        }
    }

    /// An error of a request that was never sent.
    func refusal(_ kind: HTTPError.Kind) -> HTTPError {
        HTTPError(kind, endpoint: self.endpoint, mayHaveReachedServer: false)
    }
}

extension HTTPHeaders.Field {
    /// Whether the field stays one field on the wire and leaves the message's framing alone.
    ///
    /// RFC 9110 §5.5: CR, LF and NUL in a value are "invalid and dangerous"; names are tokens (§5.6.2).
    var isSafeToSend: Bool {
        !self.name.isEmpty && self.name.utf8.allSatisfy(Self.isTokenByte)
            && self.value.utf8.allSatisfy { $0 == UInt8(ascii: "\t") || ($0 >= 0x20 && $0 != 0x7F) }
            && !Self.framingNames.contains { self.name.equalsIgnoringASCIICase($0) }
    }

    private static let framingNames = ["content-length", "transfer-encoding", "connection", "te", "expect"]

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
