import Clocks
import Planning
import Resources
import Synchronization

/// Bearer tokens from files, as far as they may be read: read again when they may have changed.
final class TokenFiles: Sendable {
    private struct Entry {
        let token: String
        let readAt: Duration
    }

    /// How long a token is used before its file is looked at again.
    private static let lifetime = Duration.seconds(10)

    private let access: TokenFileAccess
    private let time: any Time
    private let entries = Mutex<[String: Entry]>([:])

    init(_ access: TokenFileAccess, time: any Time) {
        self.access = access
        self.time = time
    }

    /// The token in a file, or why there is none.
    func token(at path: String) -> Result<String, Obstacle> {
        let now = self.time.monotonicNow
        if let entry = self.entries.withLock({ $0[path] }), now - entry.readAt < Self.lifetime {
            return .success(entry.token)
        }
        do throws(TokenFile.Failure) {
            let token = try TokenFile(path: path, access: self.access).token()
            self.entries.withLock { $0[path] = Entry(token: token, readAt: now) }
            return .success(token)
        } catch {
            return .failure(Obstacle(error, at: path))
        }
    }
}

extension Obstacle {
    /// What a person is told of a token file that is none; never what is in it.
    fileprivate init(_ failure: TokenFile.Failure, at path: String) {
        switch failure {
        case .unreadable: self.init(.secretNotFound, "the token file \(path) cannot be read")
        case .refused(let why):
            self.init(.secretInvalid, "spec.endpoint.auth.tokenFile: \(path) \(why)", isStalled: true)
        case .noToken:
            self.init(
                .secretInvalid,
                "the first line of the token file \(path) is no token: letters, digits and -._~+/ with = at the end "
                    + "(RFC 6750) are expected, and nothing else"
            )
        }
    }
}
