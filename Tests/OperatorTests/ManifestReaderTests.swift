import FoundationEssentials
import KubernetesModel
import Planning
import Resources
import Testing

@testable import Operator

@Suite("ManifestReader")
struct ManifestReaderTests {
    /// A folder of manifests whose files can be given any time of change.
    private struct Folder: ~Copyable {
        let url: URL

        init() throws {
            self.url = FileManager.default.temporaryDirectory.appending(path: "peerage-\(UUID())")
            try FileManager.default.createDirectory(at: self.url, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: self.url) }

        /// Writes in place, so that the file stays the same one.
        func write(_ name: String, peer: String, changed: Date) throws {
            let text =
                "apiVersion: peerage.dev/v1alpha1\nkind: BigPeer\nmetadata: {name: \(peer)}\nspec: {embedded: {}}\n"
            let path = self.url.appending(path: name).path()
            try Data(text.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.modificationDate: changed], ofItemAtPath: path)
        }
    }

    private static let longAgo = Date(timeIntervalSince1970: 1_700_000_000)

    private static func names(_ reading: ManifestReader.Reading) -> [String] {
        reading.outlines.map(\.entry.key.name)
    }

    @Test("a file is known by size and time, and read again when either is another")
    func known() throws {
        let folder = try Folder()
        let reader = ManifestReader(folder: folder.url.path())
        try folder.write("a.yaml", peer: "one", changed: Self.longAgo)
        #expect(Self.names(try reader.read().get()) == ["one"])
        try folder.write("a.yaml", peer: "two", changed: Self.longAgo)
        #expect(Self.names(try reader.read().get()) == ["one"])
        try folder.write("a.yaml", peer: "two", changed: Self.longAgo + 1)
        #expect(Self.names(try reader.read().get()) == ["two"])
        try folder.write("a.yaml", peer: "three", changed: Self.longAgo + 1)
        #expect(Self.names(try reader.read().get()) == ["three"])
    }

    @Test("what a file declared before its text was broken is known to be in it, until it says otherwise")
    func broken() throws {
        let folder = try Folder()
        let reader = ManifestReader(folder: folder.url.path())
        try folder.write("a.yaml", peer: "one", changed: Self.longAgo)
        #expect(try reader.read().get().leftOut.isEmpty)
        for second in 1...2 {
            try folder.write("a.yaml", peer: "[", changed: Self.longAgo + Double(second))
            let reading = try reader.read().get()
            #expect(reading.leftOut.map(\.key.key.name) == ["one"])
            #expect(reading.leftOut.first?.value.contains("a.yaml:") == true)
        }
        try folder.write("a.yaml", peer: "two", changed: Self.longAgo + 3)
        #expect(try reader.read().get().leftOut.isEmpty)
    }

    @Test("a file that was changed a moment ago is read again: a second change in that moment may not show")
    func unsettled() throws {
        let folder = try Folder()
        let reader = ManifestReader(folder: folder.url.path())
        let now = Date.now
        try folder.write("a.yaml", peer: "one", changed: now)
        #expect(Self.names(try reader.read().get()) == ["one"])
        try folder.write("a.yaml", peer: "two", changed: now)
        #expect(Self.names(try reader.read().get()) == ["two"])
    }

    @Test("the objects of a file that has not changed are there when they are asked for")
    func objects() throws {
        let folder = try Folder()
        let reader = ManifestReader(folder: folder.url.path())
        try folder.write("a.yaml", peer: "one", changed: Self.longAgo)
        for _ in 1...2 {
            let reading = try reader.read().get()
            #expect(reading.stages { _ in true }.flatMap { $0.flatMap(\.self) }.map(\.object.metadata.name) == ["one"])
            #expect(reading.stages { _ in false }.isEmpty)
        }
    }

    @Test("what a new file declares is checked against files that have not changed, at their lines")
    func together() throws {
        let folder = try Folder()
        let reader = ManifestReader(folder: folder.url.path())
        try folder.write("a.yaml", peer: "one", changed: Self.longAgo)
        #expect(try reader.read().get().problems == [])
        try folder.write("b.yaml", peer: "one", changed: Self.longAgo)
        let reading = try reader.read().get()
        #expect(reading.hasInvalidFiles)
        #expect(reading.problems.count == 1)
        #expect(reading.problems.first?.contains("b.yaml:3:") == true, "\(reading.problems)")
        #expect(reading.problems.first?.contains("a.yaml:1 already") == true, "\(reading.problems)")
        #expect(Self.names(reading) == ["one"])
    }
}
