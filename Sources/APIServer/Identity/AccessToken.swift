/// The secret that proves a client may use the API; nothing prints it.
struct AccessToken: Sendable {
    /// The secret itself.
    let value: String

    /// Makes up a token of 256 random bits.
    static func random() -> AccessToken {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return AccessToken(value: words.joined())
    }

    /// Takes a token from its file; `nil` when it is too short to be safe or cannot go into a header.
    static func read(_ bytes: [UInt8]) -> AccessToken? {
        let text = String(decoding: bytes.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
        return text.utf8.count >= 32 ? AccessToken(value: text) : nil
    }

    /// Whether an `Authorization` field carries the token, in a time that does not depend on where they differ.
    func isCarried(by field: String?) -> Bool {
        guard let field, field.utf8.count > 7, field.prefix(7).lowercased() == "bearer " else { return false }
        let given = Array(field.utf8.dropFirst(7))
        let own = Array(self.value.utf8)
        guard given.count == own.count else { return false }
        var difference: UInt8 = 0
        for index in own.indices { difference |= given[index] ^ own[index] }
        return difference == 0
    }
}

extension AccessToken: CustomStringConvertible, CustomReflectable {
    /// A placeholder.
    var description: String { "(redacted)" }
    /// Nothing, so that `dump` shows nothing.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
