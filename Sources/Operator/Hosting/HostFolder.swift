import EmbeddedPeer
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The data folder of a host, held by at most one process on the machine.
final class HostFolder: Sendable {
    /// Who the host is that owns this data: the same after a restart, and another for every other folder.
    let identity: String
    private let lock: DirectoryLock

    /// Makes the folder if there is none, and takes it.
    ///
    /// - Parameter path: The folder.
    /// - Throws: `EmbeddedPeerError` when it is in use, or cannot be used.
    init(_ path: String) throws(EmbeddedPeerError) {
        self.lock = try DirectoryLock(path)
        let file = "\(path)/identity"
        let url = URL(filePath: file)
        if let data = try? Data(contentsOf: url), !data.isEmpty {
            self.identity = String(decoding: data.prefix(200), as: UTF8.self).trimmingNewline
            return
        }
        let identity = "\(Self.hostName)_\(UUID().uuidString.lowercased())"
        do {
            // Whole or not at all, also when the power goes.
            try Data("\(identity)\n".utf8).write(to: url, options: .atomic)
        } catch {
            throw .storageFailed(path: file, detail: "it cannot be written")
        }
        self.identity = identity
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension String {
    fileprivate var trimmingNewline: String { self.last == "\n" ? String(self.dropLast()) : self }
}
