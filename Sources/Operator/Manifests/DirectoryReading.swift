import CPlatform
import Glibc

/// The manifest files of a folder at one moment, or why they cannot be told.
enum DirectoryReading: Sendable {
    /// One file, known by what changes when its content does.
    struct File: Sendable, Hashable {
        /// The path as the user would write it.
        let path: String
        /// Device, inode, size and time of change.
        let fingerprint: Fingerprint
    }

    /// What changes when a file's content does.
    struct Fingerprint: Sendable, Hashable {
        fileprivate let device: UInt64
        fileprivate let inode: UInt64
        fileprivate let size: Int64
        fileprivate let seconds: Int64
        fileprivate let nanoseconds: Int64

        /// Whether the file was changed so long ago that a later change is bound to have another time.
        ///
        /// File times have the grain of the kernel's tick, and of whole seconds on some file systems: a change of the
        /// same size right after a reading may not show.
        var isSettled: Bool { self.seconds + 2 < time(nil) }
    }

    /// The files in ascending order, and every folder that was looked into.
    case read(files: [File], folders: [String])
    /// Something could not be read: nothing at all is known about what is there.
    case unreadable(path: String, reason: String)

    /// More files than this are a mistake, such as `--manifests /`.
    static let maximumFiles = 100_000
    private static let maximumDepth = 16

    /// Reads a folder and those below it.
    ///
    /// Names that begin with a dot are passed over, as kubelet's `..data` links and editors' files do; links to files
    /// are followed, so that a mounted ConfigMap works. A link that leads nowhere, as after a lost mount, may have been
    /// to a file or a folder of manifests: then nothing is known.
    init(of folder: String) {
        var files: [File] = []
        var folders: [String] = []
        var pending: [(path: String, depth: Int)] = [(folder, 0)]
        // A folder may hold a link to itself or to one above it.
        var seen: Set<Identity> = [Identity(of: folder)]
        while let (path, depth) = pending.popLast() {
            folders.append(path)
            guard let stream = opendir(path) else {
                self = .unreadable(path: path, reason: String(cString: strerror(errno)))
                return
            }
            defer { closedir(stream) }
            errno = 0
            while let entry = readdir(stream) {
                let name = Self.name(of: entry)
                guard !name.hasPrefix(".") else { continue }
                var file = platform_file()
                let error = platform_look("\(path)/\(name)", &file)
                guard error == 0 else {
                    let isBroken = platform_is_broken_link("\(path)/\(name)")
                    // Gone between the listing and now: the next reading tells.
                    if error == ENOENT, !isBroken { continue }
                    let reason = isBroken ? "a link to what is not there" : String(cString: strerror(error))
                    self = .unreadable(path: "\(path)/\(name)", reason: reason)
                    return
                }
                if file.is_folder, depth < Self.maximumDepth {
                    guard seen.insert(Identity(file)).inserted else { continue }
                    pending.append(("\(path)/\(name)", depth + 1))
                } else if file.is_regular, Self.isManifest(name) {
                    files.append(File(path: "\(path)/\(name)", fingerprint: Fingerprint(file)))
                }
                guard files.count <= Self.maximumFiles else {
                    self = .unreadable(path: folder, reason: "more than \(Self.maximumFiles) manifest files")
                    return
                }
                errno = 0
            }
            guard errno == 0 else {
                self = .unreadable(path: path, reason: String(cString: strerror(errno)))
                return
            }
        }
        self = .read(files: files.sorted { $0.path < $1.path }, folders: folders)
    }

    /// What tells one folder from another, whatever the path that leads there.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ file: platform_file) {
            self.device = file.device
            self.inode = file.inode
        }

        init(of path: String) {
            var file = platform_file()
            _ = platform_look(path, &file)
            self.init(file)
        }
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

extension DirectoryReading.Fingerprint {
    fileprivate init(_ file: platform_file) {
        self.init(
            device: file.device,
            inode: file.inode,
            size: file.size,
            seconds: file.modified_seconds,
            nanoseconds: file.modified_nanoseconds
        )
    }
}

extension DirectoryReading.File {
    /// Whether the file is still the same, going by size and time.
    var isUnchanged: Bool {
        var file = platform_file()
        return platform_look(self.path, &file) == 0 && DirectoryReading.Fingerprint(file) == self.fingerprint
    }

    /// The content; `nil` when it cannot be read (any more).
    func content(limit: Int) -> [UInt8]? {
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(self.fingerprint.size), limit) + 1)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { return nil }
        }
    }
}
