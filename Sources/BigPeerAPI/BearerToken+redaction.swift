import HTTP
import PeerModel

extension BearerToken {
    /// How many characters in a row make a piece of a token: fewer tell nothing, and stand in many a word.
    private static let pieceLength = 8
    /// What stands in the place of a token, or of pieces of it.
    private static let mark = "(redacted)"

    /// A text without this token: every run of characters that the two share is blotted out, from eight on.
    ///
    /// A server may repeat a token cut off, or with something in between; a whole one is only the longest such run.
    ///
    /// - Parameter text: A text that other people will read, as they will read it: with nothing escaped any more.
    /// - Returns: The same text when there is nothing of the token in it.
    func redacting(_ text: String) -> String {
        let token = Array(self.value.utf8)
        let length = min(Self.pieceLength, token.count)
        let bytes = Array(text.utf8)
        guard length > 0, bytes.count >= length else { return text }
        let pieces = Set((0...(token.count - length)).map { token[$0..<($0 + length)] }.map(Array.init))
        var isSecret = [Bool](repeating: false, count: bytes.count)
        var isFound = false
        for start in 0...(bytes.count - length) where pieces.contains(Array(bytes[start..<(start + length)])) {
            isFound = true
            for index in start..<(start + length) { isSecret[index] = true }
        }
        guard isFound else { return text }
        var redacted: [UInt8] = []
        for index in bytes.indices {
            if !isSecret[index] {
                redacted.append(bytes[index])
            } else if index == 0 || !isSecret[index - 1] {
                redacted += Array(Self.mark.utf8)
            }
        }
        return String(decoding: redacted, as: UTF8.self)
    }

    /// An answer without this token, which some servers repeat: its words go into statuses, events and logs.
    ///
    /// Objects are compared and not told, so they stay as they are. Apps are both: of them a whole token goes.
    func redacting(_ response: PeerResponse) -> PeerResponse {
        switch response {
        case .found, .done, .absent, .takenByOtherApp: response
        case .apps(let apps):
            .apps(apps.map { $0.name.contains(self.value) ? PeerApp(name: Self.mark, appID: $0.appID) : $0 })
        case .alreadyExists(let message): .alreadyExists(self.redacting(message))
        case .refused(let code, let message): .refused(code: code, message: self.redacting(message))
        case .failed(let failure):
            .failed(
                PeerFailure(
                    failure.cause,
                    self.redacting(failure.message),
                    retryAfter: failure.retryAfter,
                    mayHaveBeenApplied: failure.mayHaveBeenApplied
                )
            )
        }
    }
}
