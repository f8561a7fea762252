import Clocks
import FoundationEssentials
import Planning
import Resources
import Synchronization

/// Bearer tokens from files, as a Kubernetes service account has them: read again when they may have changed.
final class TokenFiles: Sendable {
    private struct Entry {
        let token: String
        let readAt: Duration
    }

    /// How long a token is used before its file is looked at again.
    private static let lifetime = Duration.seconds(10)
    /// No token is longer; a file that is was named by mistake.
    private static let maximumBytes = 64 << 10

    private let time: any Time
    private let entries = Mutex<[String: Entry]>([:])

    init(time: any Time) {
        self.time = time
    }

    /// The token in a file, or why there is none.
    func token(at path: String) -> Result<String, Obstacle> {
        let now = self.time.monotonicNow
        if let entry = self.entries.withLock({ $0[path] }), now - entry.readAt < Self.lifetime {
            return .success(entry.token)
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= Self.maximumBytes,
            let text = String(bytes: data, encoding: .utf8)
        else {
            return .failure(Obstacle(.secretNotFound, "the token file \(path) cannot be read"))
        }
        let token = String(text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace })
        guard !token.isEmpty else { return .failure(Obstacle(.secretInvalid, "the token file \(path) is empty")) }
        self.entries.withLock { $0[path] = Entry(token: token, readAt: now) }
        return .success(token)
    }
}
