import KubernetesModel
import Planning
import Resources
import Synchronization

/// Reads a folder of manifests into the objects that it declares.
final class ManifestReader: Sendable {
    /// One object that a file without errors declares.
    struct Declared: Sendable {
        let definition: KindDefinition
        let object: Object
        /// Where it stands.
        let manifest: Manifest

        var kind: ResourceKind { self.definition.kind }

        /// What stands against a change of an object that is there, at `file:line:column`; empty when nothing does.
        func problems(replacing live: Object, with merged: Object) -> String {
            self.definition.problems(in: merged.json, old: live.json)
                .filter { $0.severity == .error }
                .map { self.manifest.diagnostic($0).description }
                .joined(separator: "; ")
        }
    }

    /// Which object is declared, and what tells it from what was declared under the name before.
    struct Outline: Sendable {
        let entry: Inventory.Entry
        /// Differs (but for a chance of one in 2⁶⁴) when the object does.
        let fingerprint: Int
    }

    /// What a folder declares.
    struct Reading: Sendable {
        /// The objects of all files without errors.
        var outlines: [Outline] { self.files.flatMap(\.outlines) }
        /// What is wrong, at `file:line:column`.
        let problems: [String]
        /// Whether a file was left out because of an error.
        let hasInvalidFiles: Bool
        /// A file that is there and holds nothing, as one does while an editor writes it.
        let emptyFile: String?
        fileprivate let files: [KnownFile]

        /// The objects whose outlines are of interest.
        ///
        /// Of files that have not changed, objects are not kept, but read again here; a file that has changed since
        /// has its turn in the pass that this change gives rise to.
        func objects(_ isOfInterest: (Outline) -> Bool) -> [Declared] {
            self.files.flatMap { file -> [Declared] in
                let wanted = Set(file.outlines.lazy.filter(isOfInterest).map(\.entry))
                guard !wanted.isEmpty else { return [] }
                let reading = file.reading.objects.isEmpty ? file.readAgain() : file.reading
                return zip(reading?.objects ?? [], reading?.manifests ?? []).compactMap { object, manifest in
                    guard wanted.contains(Inventory.Entry(object)),
                        let definition = KnownKinds.definition(of: object)
                    else { return nil }
                    return Declared(definition: definition, object: object, manifest: manifest)
                }
            }
        }
    }

    /// Why nothing can be said about the folder.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// A file larger than this was not written by hand.
    fileprivate static let maximumBytes = 64 << 20

    private let folder: String

    /// One file as it was read last.
    fileprivate struct KnownFile {
        let file: DirectoryReading.File
        /// Whether a later change is bound to show in the fingerprint.
        let isSettled: Bool
        let reading: ManifestReading
        /// The objects of known kinds.
        let outlines: [Outline]
        let isEmpty: Bool
    }

    private struct Known {
        var folders: [String] = []
        var files: [DirectoryReading.File] = []
        var readings: [String: KnownFile] = [:]
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

    /// Reads the folder; of files that are as they were, going by size and time, what was read then.
    func read() -> Result<Reading, Unreadable> {
        switch DirectoryReading(of: self.folder) {
        case .unreadable(let path, let reason):
            return .failure(Unreadable(description: "\(path) cannot be read (\(reason)); nothing is changed"))
        case .read(let files, let folders):
            let before = self.known.withLock(\.readings)
            var readings: [String: KnownFile] = [:]
            for file in files {
                if let known = before[file.path], known.isSettled, known.file == file {
                    readings[file.path] = known
                } else if let bytes = file.content(limit: Self.maximumBytes) {
                    readings[file.path] = KnownFile(file, bytes)
                } else {
                    return .failure(Unreadable(description: "\(file.path) cannot be read; nothing is changed"))
                }
            }
            let kept = readings.mapValues(\.withoutObjects)
            self.known.withLock { $0 = Known(folders: folders, files: files, readings: kept) }
            let inOrder = files.compactMap { readings[$0.path] }
            return .success(Reading(inOrder))
        }
    }

    /// The kind of an inventory's entry; `nil` for one that this version does not know.
    static func kind(group: String, kind: String) -> ResourceKind? {
        KnownKinds.definitions.first { $0.kind.group == group && $0.kind.kind == kind }?.kind
    }
}

extension ManifestReader.KnownFile {
    fileprivate init(_ file: DirectoryReading.File, _ bytes: [UInt8]) {
        let reading = ManifestReading(ManifestFile(name: file.path, bytes: bytes))
        self.init(
            file: file,
            isSettled: file.fingerprint.isSettled,
            reading: reading,
            outlines: reading.objects.compactMap { object in
                guard KnownKinds.definition(of: object) != nil else { return nil }
                return ManifestReader.Outline(entry: Inventory.Entry(object), fingerprint: object.hashValue)
            },
            isEmpty: bytes.allSatisfy(\.isWhiteSpace)
        )
    }

    fileprivate var withoutObjects: Self {
        Self(
            file: self.file,
            isSettled: self.isSettled,
            reading: self.reading.withoutObjects,
            outlines: self.outlines,
            isEmpty: self.isEmpty
        )
    }

    fileprivate func readAgain() -> ManifestReading? {
        guard self.file.isUnchanged else { return nil }
        return self.file.content(limit: ManifestReader.maximumBytes).map { bytes in
            ManifestReading(ManifestFile(name: self.file.path, bytes: bytes))
        }
    }
}

extension ManifestReader.Reading {
    /// Puts together what the files declare; those with errors declare nothing.
    fileprivate init(_ files: [ManifestReader.KnownFile]) {
        let errors = ManifestSet(files.map(\.reading)).diagnostics.filter { $0.severity == .error }
        let invalidFiles = Set(errors.map(\.file))
        self.init(
            problems: errors.map(\.description),
            hasInvalidFiles: !invalidFiles.isEmpty,
            emptyFile: files.first(where: \.isEmpty)?.file.path,
            files: files.filter { !invalidFiles.contains($0.file.path) }
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
            .namespace, .secret, .configMap, .bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology,
        ]
        return order.map { kind in self.filter { $0.kind == kind } }.filter { !$0.isEmpty }
    }
}
