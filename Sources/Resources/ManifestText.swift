import JSON
import KubernetesModel
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
    private let lines = Mutex<[[Unicode.Scalar]]?>(nil)

    init(_ file: ManifestFile, limits: YAMLLimits) {
        self.file = file.name
        self.bytes = file.bytes
        self.limits = limits
    }

    /// The documents with their places, and what is wrong with the text behind them, if anything is.
    func read() -> (documents: [YAMLNode], error: YAMLError?) {
        var documents: [YAMLDocument] = []
        do throws(YAMLError) {
            try YAML.read(self.bytes, limits: self.limits, into: &documents)
            return (documents.map(\.root), nil)
        } catch {
            return (documents.map(\.root), error)
        }
    }

    /// The place of what a path leads to in a document.
    ///
    /// - Parameters:
    ///   - path: Keys and indices from the document's root inwards.
    ///   - document: Which document, from one.
    ///   - part: Whether to point at the key or at the value.
    /// - Returns: The place.
    func mark(at path: [PathComponent], ofDocument document: Int, part: YAMLNode.Part) -> Mark {
        self.root(ofDocument: document)?.mark(at: path, of: part) ?? Mark(line: 1, column: 1)
    }

    /// The place inside a text that a path leads to.
    ///
    /// - Parameters:
    ///   - place: The place in the text as it is read.
    ///   - path: Keys and indices from the document's root inwards.
    ///   - document: Which document, from one.
    /// - Returns: The place; `nil` unless the text stands in the file on one line, exactly as it is read.
    func mark(inside place: TextPlace, at path: [PathComponent], ofDocument document: Int) -> Mark? {
        guard place.line == 1, let node = self.root(ofDocument: document)?.node(at: path) else { return nil }
        guard case .scalar(let scalar) = node.content, scalar.style != .block else { return nil }
        let lines = self.lines.withLock { lines in
            let all = lines ?? Mark.lines(of: self.bytes)
            lines = all
            return all
        }
        guard lines.indices.contains(node.mark.line - 1) else { return nil }
        let rest = lines[node.mark.line - 1].dropFirst(node.mark.column - 1)
        let isQuoted = scalar.style == .quoted
        let written = Array(scalar.text.unicodeScalars)
        guard rest.dropFirst(isQuoted ? 1 : 0).starts(with: written) else { return nil }
        // A closing quote, or else the text goes on with an escape or on the next line.
        if isQuoted, rest.first != rest.dropFirst(written.count + 1).first { return nil }
        return Mark(line: node.mark.line, column: node.mark.column + (isQuoted ? 1 : 0) + place.column - 1)
    }

    private func root(ofDocument document: Int) -> YAMLNode? {
        self.roots.withLock { roots in
            let all = roots ?? self.read().documents
            roots = all
            return all.indices.contains(document - 1) ? all[document - 1] : nil
        }
    }

    /// Gives back the memory of what was asked for.
    func forgetPlaces() {
        self.roots.withLock { $0 = nil }
        self.lines.withLock { $0 = nil }
    }
}
