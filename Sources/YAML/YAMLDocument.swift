/// One document of a stream.
package struct YAMLDocument: Sendable, Hashable {
    /// The document's value; never null, because empty documents are skipped.
    package let root: YAMLNode
    /// Where the document starts: at its `---`, or at its first value when it has none.
    package let mark: Mark
}
