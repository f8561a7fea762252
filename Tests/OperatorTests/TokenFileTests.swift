import Clocks
import FoundationEssentials
import Planning
import Resources
import Testing

@testable import Operator

@Suite("Token files")
struct TokenFileTests {
    /// A folder with files, gone when the test is.
    private final class Folder {
        let path: String

        init() throws {
            let path = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID())").path()
            try FileManager.default.createDirectory(atPath: path + "/in/deep", withIntermediateDirectories: true)
            self.path = try #require(path.realPath)
        }

        deinit { try? FileManager.default.removeItem(atPath: self.path) }

        func write(_ text: String, to name: String) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: "\(self.path)/\(name)"))
            return "\(self.path)/\(name)"
        }
    }

    private static func obstacle(_ path: String, _ access: TokenFileAccess) -> Obstacle? {
        if case .failure(let obstacle) = TokenFiles(access, time: SystemTime()).token(at: path) {
            obstacle
        } else {
            nil
        }
    }

    @Test(
        "one user's process reads the first line of a file that holds a token",
        arguments: ["\n", "\r\n", "", "\nx y"]
    )
    func ownUser(end: String) throws {
        let folder = try Folder()
        let path = try folder.write("eyJhbGciOi.J9-_~+/==\(end)", to: "token")
        #expect(try TokenFiles(.ownUser, time: SystemTime()).token(at: path).get() == "eyJhbGciOi.J9-_~+/==")
    }

    @Test(
        "what is no token is not sent, and not told",
        arguments: [
            "root:x:0:0:root:/root:/bin/bash\n", "-----BEGIN PRIVATE KEY-----\n", "\nsecret", " secret", "sec ret", "",
            "=", "se\u{7}cret", "sécret", "a=b",
        ]
    )
    func noToken(text: String) throws {
        let folder = try Folder()
        let obstacle = try #require(Self.obstacle(try folder.write(text, to: "file"), .ownUser))
        #expect(obstacle.reason == .secretInvalid)
        #expect(!obstacle.message.contains("ecret") && !obstacle.message.contains("PRIVATE"))
    }

    @Test("a file that is long, or none, is not read")
    func shape() throws {
        let folder = try Folder()
        let long = try folder.write(String(repeating: "a", count: TokenFile.maximumBytes + 1), to: "long")
        for path in [long, folder.path, "/dev/zero"] {
            #expect(Self.obstacle(path, .ownUser)?.isStalled == true, "\(path)")
        }
        #expect(Self.obstacle("\(folder.path)/absent", .ownUser)?.reason == .secretNotFound)
    }

    @Test(
        "a service account's token is never sent, by whatever path",
        arguments: [
            "/var/run/secrets/kubernetes.io/serviceaccount/token", "/run/secrets/kubernetes.io/serviceaccount/token",
            "//var/./run//secrets/kubernetes.io/x",
        ]
    )
    func serviceAccount(path: String) throws {
        for access in [TokenFileAccess.ownUser, .below("/var/run/secrets/kubernetes.io"), .none] {
            #expect(access.refusal(of: path, real: nil) != nil)
            #expect(access.refusal(of: "/home/me/link", real: path) != nil, "\(access)")
        }
        #expect(TokenFileAccess.ownUser.refusal(of: "/var/run/secrets/mine/token", real: nil) == nil)
    }

    @Test("a process of a cluster reads none, and says what to do")
    func none() throws {
        let folder = try Folder()
        let obstacle = try #require(Self.obstacle(try folder.write("secret", to: "token"), .none))
        #expect(obstacle.isStalled)
        #expect(obstacle.message.contains("--allow-token-files") && obstacle.message.contains("tokenSecretRef"))
        // Whether a file is there is not told either.
        let other = Self.obstacle("\(folder.path)/absent", .none)
        #expect(other?.message.replacing("absent", with: "token") == obstacle.message)
    }

    @Test("or only those below a folder, however they are named")
    func below() throws {
        let folder = try Folder()
        let access = TokenFileAccess.below(folder.path + "/in")
        let inside = try folder.write("inside", to: "in/deep/token")
        let outside = try folder.write("outside", to: "token")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/in/out", withDestinationPath: outside)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/in/link", withDestinationPath: inside)
        for path in [inside, "\(folder.path)/in/link"] {
            #expect(try TokenFiles(access, time: SystemTime()).token(at: path).get() == "inside")
        }
        for path in [
            outside, "\(folder.path)/in/out", "\(folder.path)/in/../token", "\(folder.path)/inside", "in/deep/token",
        ] {
            #expect(Self.obstacle(path, access)?.message.contains("--allow-token-files") == true, "\(path)")
        }
    }

    @Test("the folder itself may be a link, as Kubernetes mounts Secrets")
    func linkedFolder() throws {
        let folder = try Folder()
        _ = try folder.write("inside", to: "in/deep/token")
        let mount = folder.path + "/mount"
        try FileManager.default.createSymbolicLink(atPath: mount, withDestinationPath: folder.path + "/in")
        let files = TokenFiles(.below(mount), time: SystemTime())
        #expect(try files.token(at: mount + "/deep/token").get() == "inside")
    }
}
