import CPlatform

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One file with a bearer token, opened, looked at and only then read, so that nobody can put another in its place.
struct TokenFile {
    /// Why a file holds no token for us.
    enum Failure: Error, Hashable {
        /// It cannot be opened or read now.
        case unreadable
        /// It is not one that may be read; what is against it.
        case refused(String)
        /// What it holds is no token.
        case noToken
    }

    /// No token is longer; a file that is was named by mistake.
    static let maximumBytes = 16 << 10

    let path: String
    let access: TokenFileAccess

    /// The token on the file's first line.
    func token() throws(Failure) -> String {
        if let refusal = self.access.refusal(of: self.path, real: nil) { throw .refused(refusal) }
        // A pipe must not hang whoever opens it.
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable }
        defer { close(descriptor) }
        guard let real = "/proc/self/fd/\(descriptor)".linkTarget else { throw .unreadable }
        if let refusal = self.access.refusal(of: self.path, real: real) { throw .refused(refusal) }
        var file = platform_file()
        guard platform_look("/proc/self/fd/\(descriptor)", &file) == 0 else { throw .unreadable }
        guard file.is_regular else { throw .refused("is not a regular file") }
        guard file.size <= Self.maximumBytes else {
            throw .refused("has \(file.size) bytes, and no token has more than \(Self.maximumBytes)")
        }
        var bytes = [UInt8](repeating: 0, count: Self.maximumBytes)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .unreadable }
        guard let token = Self.token(in: bytes[..<count]) else { throw .noToken }
        return token
    }

    /// The first line, if it is a token and nothing else (RFC 6750 §2.1, `b64token`).
    ///
    /// ```text
    /// b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
    /// ```
    static func token(in bytes: some Sequence<UInt8>) -> String? {
        var line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let padding = line.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let body = line.dropLast(padding)
        guard !body.isEmpty, body.allSatisfy(\.isTokenCharacter) else { return nil }
        return String(decoding: line, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}

extension String {
    /// The path without symbolic links; `nil` when nothing is there.
    var realPath: String? {
        guard let resolved = realpath(self, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Where a symbolic link leads.
    fileprivate var linkTarget: String? {
        var bytes = [CChar](repeating: 0, count: 8_192)
        let count = readlink(self, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
