import JSON

/// Reading YAML streams the way kubectl reads them.
///
/// *Guarantees:* every node has its line and column; time and memory stay within the limits for any input, alias bombs
/// included; nothing traps. *Errors:* the first offence in the stream, with its place.
package enum YAML {
    /// Reads all documents of a stream, without the empty ones.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, or UTF-16 with a byte order mark.
    ///   - limits: How much the stream may demand.
    /// - Returns: The documents in the order of the text.
    /// - Throws: The first offence with its place.
    package static func documents(
        in bytes: [UInt8],
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> [YAMLDocument] {
        var documents: [YAMLDocument] = []
        try self.read(bytes, limits: limits, into: &documents)
        return documents
    }

    /// Reads the documents of a stream, without the empty ones, as far as they are well formed.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, or UTF-16 with a byte order mark.
    ///   - limits: How much the stream may demand.
    ///   - documents: Gets the documents in the order of the text; after an error those before its place.
    /// - Throws: The first offence with its place.
    package static func read(
        _ bytes: [UInt8],
        limits: YAMLLimits = YAMLLimits(),
        into documents: inout [YAMLDocument]
    ) throws(YAMLError) {
        guard bytes.count <= limits.inputBytes else {
            throw YAMLError(
                .limit,
                at: Mark(line: 1, column: 1),
                "the text has \(bytes.count) bytes, and the limit is \(limits.inputBytes): split it into smaller files"
            )
        }
        guard !bytes.isEmpty else { return }
        try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLError) in
            try DirectiveCheck(limit: limits.directives).check(buffer)
            var composer = Composer(reading: try EventReader(buffer), limits: limits)
            try composer.composeStream(into: &documents)
        }
    }

    /// Writes values as a stream of documents that readers of YAML 1.1 and 1.2 read back as the same values.
    ///
    /// - Parameters:
    ///   - documents: The values, one document each.
    ///   - firstKeys: Top-level keys that stand before all others, in this order.
    /// - Returns: The text, in block style, as kubectl prints it.
    package static func text(of documents: [JSONValue], firstKeys: [String] = []) -> String {
        var emitter = YAMLEmitter(firstKeys: firstKeys)
        for document in documents { emitter.write(document) }
        return String(decoding: emitter.bytes, as: UTF8.self)
    }
}
