import FoundationEssentials
import Resources

/// Files of the repository that tests read.
enum TestFiles {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()

    static let badManifests = tests.appending(path: "BadManifests")
    static let badManifestNames = (try? files(in: badManifests, endingIn: ".yaml").map(\.name)) ?? []

    static func files(in folder: URL, endingIn suffix: String) throws -> [ManifestFile] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(suffix) }
            .sorted()
            .map { ManifestFile(name: $0, bytes: try bytes(of: folder.appending(path: $0))) }
    }

    static func bytes(of url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

    static func text(of url: URL) throws -> String { String(decoding: try bytes(of: url), as: UTF8.self) }
}
