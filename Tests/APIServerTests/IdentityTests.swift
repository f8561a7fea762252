import Clocks
import FoundationEssentials
import Testing

@testable import APIServer

@Suite("ServerIdentity")
struct IdentityTests {
    private static let now = SystemWallClock().now()

    @Test("an identity stays the same from start to start")
    func isKept() throws {
        let folder = try TestFolder()
        let first = try ServerIdentity(folder: "\(folder.path)/api", hosts: ["localhost", "127.0.0.1"], now: Self.now)
        let second = try ServerIdentity(folder: "\(folder.path)/api", hosts: ["localhost", "127.0.0.1"], now: Self.now)
        #expect(first.certificate.trimmed == second.certificate.trimmed)
        #expect(first.authority.trimmed == second.authority.trimmed)
        #expect(first.token.value == second.token.value)
        #expect(first.token.value.utf8.count == 64)
    }

    @Test("other hosts, a near end and a damaged file each get a new certificate of the same authority")
    func isRenewed() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/api"
        let first = try ServerIdentity(folder: path, hosts: ["localhost"], now: Self.now)
        let other = try ServerIdentity(folder: path, hosts: ["localhost", "::1"], now: Self.now)
        #expect(other.certificate.trimmed != first.certificate.trimmed)
        #expect(other.authority.trimmed == first.authority.trimmed)
        let later = try ServerIdentity(
            folder: path,
            hosts: ["localhost", "::1"],
            now: Self.now + .seconds(300 * 86_400)
        )
        #expect(later.certificate.trimmed != other.certificate.trimmed)
        #expect(later.authority.trimmed == first.authority.trimmed)
        try PrivateFile.replace("\(path)/tls.key", with: "broken")
        let repaired = try ServerIdentity(folder: path, hosts: ["localhost", "::1"], now: Self.now)
        #expect(repaired.authority.trimmed == first.authority.trimmed)
        #expect(repaired.key.contains("PRIVATE KEY"))
    }

    @Test("an authority that runs out is replaced")
    func authorityIsRenewed() throws {
        let folder = try TestFolder()
        let first = try ServerIdentity(folder: folder.path, hosts: ["localhost"], now: Self.now)
        let later = Self.now + .seconds(9 * 365 * 86_400 + 86_400)
        let second = try ServerIdentity(folder: folder.path, hosts: ["localhost"], now: later)
        #expect(second.authority.trimmed != first.authority.trimmed)
    }

    @Test("nobody else can read the files", arguments: ["ca.crt", "ca.key", "tls.crt", "tls.key", "token"])
    func modes(file: String) throws {
        let folder = try TestFolder()
        _ = try ServerIdentity(folder: "\(folder.path)/a/b", hosts: ["localhost"], now: Self.now)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/a/b/\(file)")
        #expect(attributes[.posixPermissions] as? Int == 0o600 || attributes[.posixPermissions] as? UInt == 0o600)
    }

    @Test(
        "only the very token is accepted",
        arguments: [
            ("Bearer 0123456789abcdef0123456789abcdef", true), ("bearer 0123456789abcdef0123456789abcdef", true),
            ("Bearer 0123456789abcdef0123456789abcdeF", false), ("Bearer 0123456789abcdef", false), ("Bearer ", false),
            ("Basic 0123456789abcdef0123456789abcdef", false), ("0123456789abcdef0123456789abcdef", false), ("", false),
        ]
    )
    func tokens(field: String, isAccepted: Bool) throws {
        let token = try #require(AccessToken.read(Array("0123456789abcdef0123456789abcdef\n".utf8)))
        #expect(token.isCarried(by: field) == isAccepted)
        #expect(!token.isCarried(by: nil))
        #expect("\(token)" == "(redacted)")
        #expect(AccessToken.read(Array("short".utf8)) == nil)
    }

    @Test("a file that is as it shall be is not written, so that a full disk keeps nobody from starting")
    func unchanged() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/kubeconfig"
        func number() throws -> String {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return "\(try #require(attributes[.systemFileNumber]))"
        }
        let token = AccessToken(value: String(repeating: "a", count: 64))
        let kubeconfig = Kubeconfig(server: "https://127.0.0.1:7410", authority: "pem", token: token)
        try kubeconfig.write(to: path)
        let first = try number()
        try kubeconfig.write(to: path)
        #expect(try number() == first)
        // Another port is another text; a file that others may read is not as it shall be.
        try Kubeconfig(server: "https://127.0.0.1:7411", authority: "pem", token: token).write(to: path)
        let second = try number()
        #expect(second != first)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try Kubeconfig(server: "https://127.0.0.1:7411", authority: "pem", token: token).write(to: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 || attributes[.posixPermissions] as? UInt == 0o600)
    }

    @Test("a folder that cannot be made is told with its path")
    func unwritable() {
        let error = #expect(throws: PrivateFile.Failure.self) { try PrivateFile.makeFolder("/dev/null/x") }
        #expect(error?.description.hasPrefix("cannot create /dev/null") == true)
    }

    @Test(
        "the kubeconfig's URL can be dialled whatever the server listens on",
        arguments: [
            ("127.0.0.1", "https://127.0.0.1:7410"), ("0.0.0.0", "https://127.0.0.1:7410"),
            ("::", "https://[::1]:7410"),
            ("::1", "https://[::1]:7410"), ("localhost", "https://localhost:7410"),
            ("10.0.0.7", "https://10.0.0.7:7410"),
        ]
    )
    func urls(host: String, url: String) {
        let configuration = APIServer.Configuration(
            host: host,
            dataFolder: "/nowhere",
            kinds: [],
            version: ServerVersion(peerage: "test")
        )
        #expect(configuration.url(port: 7_410) == url)
        #expect(host.isWildcardAddress || configuration.certifiedHosts.contains(host))
    }
}

extension String {
    fileprivate var trimmed: String { self.filter { !$0.isWhitespace } }
}
