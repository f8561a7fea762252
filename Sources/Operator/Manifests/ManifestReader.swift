import KubernetesModel
import Resources
import Synchronization

/// Reads a folder of manifests into the objects that it declares.
final class ManifestReader: Sendable {
    /// One object that a file without errors declares.
    struct Declared: Sendable {
        let definition: KindDefinition
        let object: Object

        var kind: ResourceKind { self.definition.kind }

        /// What stands against a change of an object that is there; empty when nothing does.
        func problems(replacing live: Object, with merged: Object) -> String {
            self.definition.problems(in: merged.json, old: live.json)
                .filter { $0.severity == .error }
                .map { "\($0.path): \($0.sentence)" }
                .joined(separator: "; ")
        }
    }

    /// What a folder declares.
    struct Reading: Sendable {
        /// The objects of all files without errors.
        let objects: [Declared]
        /// What is wrong, at `file:line:column`.
        let problems: [String]
        /// Whether a file was left out because of an error.
        let hasInvalidFiles: Bool
        /// A file that is there and holds nothing, as one does while an editor writes it.
        let emptyFile: String?
    }

    /// Why nothing can be said about the folder.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// A file larger than this was not written by hand.
    private static let maximumBytes = 64 << 20

    private let folder: String
    private struct Known {
        var folders: [String] = []
        var files: [DirectoryReading.File] = []
    }

    private let known = Mutex(Known())

    init(folder: String) {
        self.folder = folder
    }

    /// The folders that the last reading looked into.
    var folders: [String] {
        let folders = self.known.withLock(\.folders)
        return folders.isEmpty ? [self.folder] : folders
    }

    /// Whether every file is as it was at the last reading, going by size and time.
    var isUnchanged: Bool {
        guard case .read(let files, _) = DirectoryReading(of: self.folder) else { return false }
        return self.known.withLock { $0.files == files && !files.isEmpty }
    }

    /// Reads the folder.
    func read() -> Result<Reading, Unreadable> {
        switch DirectoryReading(of: self.folder) {
        case .unreadable(let path, let reason):
            return .failure(Unreadable(description: "\(path) cannot be read (\(reason)); nothing is changed"))
        case .read(let files, let folders):
            self.known.withLock { $0 = Known(folders: folders, files: files) }
            var contents: [ManifestFile] = []
            for file in files {
                guard let bytes = file.content(limit: Self.maximumBytes) else {
                    return .failure(Unreadable(description: "\(file.path) cannot be read; nothing is changed"))
                }
                contents.append(ManifestFile(name: file.path, bytes: bytes))
            }
            let emptyFile = contents.first { $0.bytes.allSatisfy(\.isWhiteSpace) }?.name
            return .success(Reading(ManifestSet(contents), emptyFile: emptyFile))
        }
    }

    /// The kind of an inventory's entry; `nil` for one that this version does not know.
    static func kind(group: String, kind: String) -> ResourceKind? {
        KnownKinds.definitions.first { $0.kind.group == group && $0.kind.kind == kind }?.kind
    }
}

extension ManifestReader.Reading {
    /// Takes the objects of files without errors.
    fileprivate init(_ set: ManifestSet, emptyFile: String?) {
        let errors = set.diagnostics.filter { $0.severity == .error }
        let invalidFiles = Set(errors.map(\.file))
        let definitions = Dictionary(KnownKinds.definitions.map { ($0.kind, $0) }) { first, _ in first }
        self.init(
            objects: set.manifests.compactMap { manifest in
                guard !invalidFiles.contains(manifest.file), let kind = manifest.kind,
                    let definition = definitions[kind]
                else { return nil }
                return ManifestReader.Declared(definition: definition, object: manifest.object)
            },
            problems: errors.map(\.description),
            hasInvalidFiles: !invalidFiles.isEmpty,
            emptyFile: emptyFile
        )
    }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension [ManifestReader.Declared] {
    /// The objects in stages: what is needed comes before what needs it.
    var inApplyOrder: [[ManifestReader.Declared]] {
        let order: [ResourceKind] = [
            .namespace, .secret, .configMap, .bigPeer, .bigPeerApp, .bigPeerReplication,
        ]
        return order.map { kind in self.filter { $0.kind == kind } }.filter { !$0.isEmpty }
    }
}
