import ArgumentParser
import Glibc

/// The folder of databases and keys, which nobody else may read.
enum DataFolder {
    /// Makes the folder and those above it.
    static func make(_ path: String) throws {
        let parts = path.split(separator: "/")
        for end in parts.indices {
            let made = (path.hasPrefix("/") ? "/" : "") + parts[...end].joined(separator: "/")
            let isLast = end == parts.indices.last
            guard mkdir(made, isLast ? 0o700 : 0o755) != 0, errno != EEXIST else { continue }
            throw ValidationError("the data folder \(made) cannot be made: \(String(cString: strerror(errno)))")
        }
    }
}
