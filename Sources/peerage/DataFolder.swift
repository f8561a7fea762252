import ArgumentParser
import Glibc

/// The folder of databases and keys, which nobody else may read.
enum DataFolder {
    /// Makes the folder and those above it.
    static func make(_ path: String) throws {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && !path.hasPrefix("/") ? String(part) : "/\(part)"
            guard !part.isEmpty, part != ".", part != ".." else { continue }
            let isLast = made.utf8.count == path.utf8.count
            guard mkdir(made, isLast ? 0o700 : 0o755) != 0, errno != EEXIST else { continue }
            throw ValidationError("the data folder \(made) cannot be made: \(String(cString: strerror(errno)))")
        }
    }
}
