import JSON
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
        /// That of its outline.
        let fingerprint: Int
        /// Where it stands.
        let manifest: Manifest

        var kind: ResourceKind { self.definition.kind }

        /// What stands against a change of an object that is there, at `file:line:column`; empty when nothing does.
        func problems(replacing live: Object, with merged: Object) -> String {
            // What stands in the status is not for the manifest to answer.
            self.definition.problems(in: merged.json, old: live.json)
                .filter { $0.severity == .error && $0.path.components.first != .key("status") }
                .map { self.manifest.diagnostic($0).description }
                .joined(separator: "; ")
        }
    }

    /// Which object is declared, and what tells it from what was declared under the name before.
    struct Outline: Sendable {
        let entry: Inventory.Entry
        /// Differs (but for a chance of one in 2⁶⁴) when the object does.
        let fingerprint: Int
        /// Which of its file's objects it is.
        fileprivate let index: Int
    }

    /// Objects of one kind, some at a time: thousands that wait for their turn wait as text.
    struct Stage: Sequence, IteratorProtocol {
        /// The kind.
        let kind: ResourceKind
        /// How many objects the outlines say there are.
        let count: Int
        fileprivate var parts: ArraySlice<(file: KnownFile, wanted: [Outline])>

        /// About so many objects come at a time.
        static let batch = 128

        mutating func next() -> [Declared]? {
            var batch: [Declared] = []
            while batch.count < Self.batch, let part = self.parts.popFirst() {
                batch += part.file.declared(part.wanted)
            }
            return batch.isEmpty ? nil : batch
        }
    }

    /// What a folder declares.
    struct Reading: Sendable {
        /// The objects of all files without errors.
        var outlines: [Outline] { self.files.flatMap(\.outlines) }
        /// What is wrong, at `file:line:column`.
        let problems: [String]
        /// What is doubtful, at `file:line:column`.
        let warnings: [String]
        /// Whether a file was left out because of an error.
        let hasInvalidFiles: Bool
        /// The objects of files that were left out, as far as they are known, with the first error of their file.
        let leftOut: [Inventory.Entry: String]
        /// A file that is there and holds nothing, as one does while an editor writes it.
        let emptyFile: String?
        fileprivate let files: [KnownFile]

        /// The objects whose outlines are of interest, in stages: what is needed comes before what needs it.
        ///
        /// Of files that have not changed, objects are not kept, but read again here; a file that has changed since
        /// has its turn in the pass that this change gives rise to.
        func stages(_ isOfInterest: (Outline) -> Bool) -> [Stage] {
            let parts = self.files.map { ($0, $0.outlines.filter(isOfInterest)) }.filter { !$0.1.isEmpty }
            return ManifestReader.applyOrder.compactMap { kind in
                let own = parts.compactMap { file, outlines -> (file: KnownFile, wanted: [Outline])? in
                    let wanted = outlines.filter { $0.entry.kind == kind.kind && $0.entry.group == kind.group }
                    return wanted.isEmpty ? nil : (file, wanted)
                }
                guard !own.isEmpty else { return nil }
                return Stage(kind: kind, count: own.reduce(0) { $0 + $1.wanted.count }, parts: own[...])
            }
        }
    }

    /// Why nothing can be said about the folder.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// A file larger than this was not written by hand.
    fileprivate static let maximumBytes = 64 << 20

    /// What is needed comes before what needs it.
    private static let applyOrder: [ResourceKind] = [
        .namespace, .secret, .configMap, .bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology,
    ]

    private let folder: String

    /// One file as it was read last.
    fileprivate struct KnownFile {
        let file: DirectoryReading.File
        /// Whether a later change is bound to show in the fingerprint.
        let isSettled: Bool
        let reading: ManifestReading
        /// The objects of known kinds.
        let outlines: [Outline]
        /// What the file declares, and what it declared before it had an error.
        let mentioned: Set<Inventory.Entry>
        /// All objects as JSON; none when they were left out.
        let objects: [[UInt8]]
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
            // Thousands of files at the start: nothing in one depends on another.
            let inOrder = files.mapSideBySide { file -> KnownFile? in
                if let known = before[file.path], known.isSettled, known.file == file { return known }
                return file.content(limit: Self.maximumBytes).map { KnownFile(file, $0, after: before[file.path]) }
            }
            var readings: [String: KnownFile] = [:]
            for (file, known) in zip(files, inOrder) {
                guard let known else {
                    return .failure(Unreadable(description: "\(file.path) cannot be read; nothing is changed"))
                }
                readings[file.path] = known.withoutObjects
            }
            self.known.withLock { $0 = Known(folders: folders, files: files, readings: readings) }
            return .success(Reading(inOrder.compactMap(\.self)))
        }
    }

    /// The kind of an inventory's entry; `nil` for one that this version does not know.
    static func kind(group: String, kind: String) -> ResourceKind? {
        KnownKinds.definitions.first { $0.kind.group == group && $0.kind.kind == kind }?.kind
    }
}

extension ManifestReader.KnownFile {
    fileprivate init(_ file: DirectoryReading.File, _ bytes: [UInt8], after earlier: Self?) {
        let reading = ManifestReading(ManifestFile(name: file.path, bytes: bytes))
        let outlines = reading.objects.enumerated().compactMap { index, object -> ManifestReader.Outline? in
            guard KnownKinds.definition(of: object) != nil else { return nil }
            return ManifestReader.Outline(entry: Inventory.Entry(object), fingerprint: object.hashValue, index: index)
        }
        // Text that breaks off hides what stands behind.
        let hasError = reading.diagnostics.contains { $0.severity == .error }
        self.init(
            file: file,
            isSettled: file.fingerprint.isSettled,
            reading: reading.withoutObjects,
            outlines: outlines,
            mentioned: Set(outlines.map(\.entry)).union(hasError ? earlier?.mentioned ?? [] : []),
            objects: reading.objects.map(\.withEncodedSecretText.json.bytes),
            isEmpty: bytes.allSatisfy(\.isWhiteSpace)
        )
    }

    fileprivate var withoutObjects: Self {
        Self(
            file: self.file,
            isSettled: self.isSettled,
            reading: self.reading,
            outlines: self.outlines,
            mentioned: self.mentioned,
            objects: [],
            isEmpty: self.isEmpty
        )
    }

    /// Some of the file's objects; none when the file has changed since they were outlined.
    fileprivate func declared(_ wanted: [ManifestReader.Outline]) -> [ManifestReader.Declared] {
        let objects = self.objects.isEmpty ? self.readAgain() : self.objects
        return wanted.compactMap { outline in
            guard objects.indices.contains(outline.index), let json = try? JSONValue(parsing: objects[outline.index])
            else { return nil }
            let object = Object(json)
            guard Inventory.Entry(object) == outline.entry, let definition = KnownKinds.definition(of: object) else {
                return nil
            }
            return ManifestReader.Declared(
                definition: definition,
                object: object,
                fingerprint: outline.fingerprint,
                manifest: self.reading.manifests[outline.index]
            )
        }
    }

    private func readAgain() -> [[UInt8]] {
        guard self.file.isUnchanged, let bytes = self.file.content(limit: ManifestReader.maximumBytes) else {
            return []
        }
        return ManifestReading(ManifestFile(name: self.file.path, bytes: bytes)).objects
            .map(\.withEncodedSecretText.json.bytes)
    }
}

extension ManifestReader.Reading {
    /// Puts together what the files declare; those with errors declare nothing.
    fileprivate init(_ files: [ManifestReader.KnownFile]) {
        let diagnostics = ManifestSet(files.map(\.reading)).diagnostics
        let errors = diagnostics.filter { $0.severity == .error }
        let invalidFiles = Dictionary(errors.map { ($0.file, $0.description) }) { first, _ in first }
        var leftOut: [Inventory.Entry: String] = [:]
        for file in files {
            guard let error = invalidFiles[file.file.path] else { continue }
            for entry in file.mentioned { leftOut[entry] = error }
        }
        self.init(
            problems: errors.map(\.description),
            warnings: diagnostics.filter { $0.severity == .warning }.map(\.description),
            hasInvalidFiles: !invalidFiles.isEmpty,
            leftOut: leftOut,
            emptyFile: files.first(where: \.isEmpty)?.file.path,
            files: files.filter { invalidFiles[$0.file.path] == nil }
        )
    }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
