import JSON
import Synchronization
import YAML

/// The text of one file, for finding out where a field stands.
///
/// The tree with its marks takes several times as much memory as the text and the objects together, and is asked for
/// only when there is something to tell; so it is not kept, but made again then.
final class ManifestText: Sendable {
    /// The file's name as it was given.
    let file: String
    private let bytes: [UInt8]
    private let limits: YAMLLimits
    private let roots = Mutex<[YAMLNode]?>(nil)

    init(_ file: ManifestFile, limits: YAMLLimits) {
        self.file = file.name
        self.bytes = file.bytes
        self.limits = limits
    }

    /// The documents with their places.
    func documents() throws(YAMLError) -> [YAMLNode] {
        try YAML.documents(in: self.bytes, limits: self.limits).map(\.root)
    }

    /// The place of what a path leads to in a document.
    ///
    /// - Parameters:
    ///   - path: Keys and indices from the document's root inwards.
    ///   - document: Which document, from one.
    ///   - part: Whether to point at the key or at the value.
    /// - Returns: The place.
    func mark(at path: [PathComponent], ofDocument document: Int, part: YAMLNode.Part) -> Mark {
        let root = self.roots.withLock { roots -> YAMLNode? in
            let all = roots ?? (try? self.documents()) ?? []
            roots = all
            return all.indices.contains(document - 1) ? all[document - 1] : nil
        }
        return root?.mark(at: path, of: part) ?? Mark(line: 1, column: 1)
    }

    /// Gives back the memory of what was asked for.
    func forgetPlaces() {
        self.roots.withLock { $0 = nil }
    }
}
