import CPlatform
import Glibc
import KubernetesModel
import Resources

/// The manifest files at some paths, and what could not be read.
struct ManifestFiles: Sendable {
    /// The files that were read.
    private(set) var files: [ManifestFile] = []
    /// One error for each path that could not be read.
    private(set) var diagnostics: [Diagnostic] = []

    private static let maximumBytes = 64 << 20
    private static let maximumFiles = 100_000
    private static let maximumDepth = 32

    private var seen: Set<Identity> = []

    /// Reads files and folders.
    ///
    /// - Parameters:
    ///   - paths: Files, folders, or `-` for the standard input.
    ///   - isRecursive: Whether folders below the given ones are read as well.
    init(at paths: [String], isRecursive: Bool) {
        var hasReadInput = false
        for path in paths {
            if path == "-" {
                if !hasReadInput { self.read(STDIN_FILENO, name: "<stdin>") }
                hasReadInput = true
            } else if Self.isFolder(path) {
                self.seen = [Identity(of: path)]
                let before = (self.files.count, self.diagnostics.count)
                self.readFolder(path, isRecursive: isRecursive, depth: 0)
                if before == (self.files.count, self.diagnostics.count) {
                    let advice = isRecursive ? "" : "; -R also looks into the folders below"
                    self.tell(path, "has no *.yaml, *.yml or *.json file\(advice)")
                }
            } else {
                self.readFile(path)
            }
        }
    }

    private mutating func readFolder(_ path: String, isRecursive: Bool, depth: Int) {
        guard let folder = opendir(path) else { return self.tell(path, Self.reason(errno)) }
        var names: [String] = []
        while let entry = readdir(folder) { names.append(Self.name(of: entry)) }
        closedir(folder)
        for name in names.sorted() where !name.hasPrefix(".") {
            let inside = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            if Self.isFolder(inside) {
                // A folder may hold a link to itself or to one above it.
                if isRecursive, depth < Self.maximumDepth, self.seen.insert(Identity(of: inside)).inserted {
                    self.readFolder(inside, isRecursive: true, depth: depth + 1)
                }
            } else if Self.isManifest(name), self.files.count < Self.maximumFiles {
                self.readFile(inside)
            } else if isRecursive, platform_is_broken_link(inside) {
                // It may have been a folder full of manifests.
                self.tell(inside, "is a link to what is not there")
            }
        }
    }

    /// What tells one folder from another, whatever the path that leads there.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64

        init(of path: String) {
            var file = platform_file()
            _ = platform_look(path, &file)
            self.device = file.device
            self.inode = file.inode
        }
    }

    private mutating func readFile(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return self.tell(path, Self.reason(errno)) }
        defer { close(descriptor) }
        self.read(descriptor, name: path)
    }

    private mutating func read(_ descriptor: Int32, name: String) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return self.tell(name, Self.reason(errno)) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= Self.maximumBytes else {
                return self.tell(name, "has more than \(Self.maximumBytes >> 20) MiB: split it into smaller files")
            }
        }
        self.files.append(ManifestFile(name: name, bytes: bytes))
    }

    private mutating func tell(_ path: String, _ message: String) {
        self.diagnostics.append(
            Diagnostic(file: path, severity: .error, rule: .manifest(.unreadable), message: message)
        )
    }

    private static func reason(_ code: Int32) -> String { "cannot be read: \(String(cString: strerror(code)))" }

    private static func isFolder(_ path: String) -> Bool {
        var file = platform_file()
        return platform_look(path, &file) == 0 && file.is_folder
    }

    private static func isManifest(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
                String(cString: $0)
            }
        }
    }
}
