/// What a replication takes of a collection: all documents of which any of its queries is true.
///
/// *Guarantees:* a query `true` costs nothing per document; others look through a document once, up to the last field
/// that they name, and make no values of what they can compare as it stands. Bytes that are no JSON object never match,
/// and never trap.
package struct DQLFilter: Sendable {
    private let program: Program

    /// Whether every document matches.
    package let matchesEverything: Bool
    /// Whether no document ever does.
    package let matchesNothing: Bool
    /// Which documents are worth looking at, by their keys.
    package let idConstraint: DQLIDConstraint

    /// Makes a filter of queries; of none, one that matches nothing.
    ///
    /// - Parameter queries: The queries of one collection.
    /// - Throws: What cannot be evaluated, such as a function that does not exist.
    package init(_ queries: [DQLQuery]) throws(DQLFilterError) {
        self.init(try Compiler.program(ofAny: queries))
    }

    /// Reads queries and makes a filter of them.
    ///
    /// - Parameter queries: The texts of one collection's queries.
    /// - Throws: The first offence, and which of the queries it is in.
    package init(parsing queries: [String]) throws(DQLFilterError) {
        var parsed: [DQLQuery] = []
        for text in queries {
            do throws(DQLError) {
                parsed.append(try DQLQuery(parsing: text))
            } catch {
                throw DQLFilterError(query: text, error: error)
            }
        }
        try self.init(parsed)
    }

    init(_ program: Program) {
        self.program = program
        self.matchesEverything = program.constantTruth == .yes
        self.matchesNothing = program.constantTruth.map { $0 != .yes } ?? false
        self.idConstraint = IDConstraints(program: program).constraint
    }

    /// Whether a document matches.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Returns: Whether any of the queries is true of it.
    package func matches(_ document: UnsafeBufferPointer<UInt8>) -> Bool {
        self.matchesEverything || !self.matchesNothing && self.program.isTrue(of: document)
    }

    /// Whether a document matches.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Returns: Whether any of the queries is true of it.
    package func matches(_ document: [UInt8]) -> Bool { document.withUnsafeBufferPointer { self.matches($0) } }

    /// Whether a document matches.
    ///
    /// - Parameter document: The text of a JSON object.
    /// - Returns: Whether any of the queries is true of it.
    package func matches(_ document: Span<UInt8>) -> Bool { document.withUnsafeBufferPointer { self.matches($0) } }
}

/// Why queries make no filter.
package struct DQLFilterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The query, as it was given.
    package let query: String
    /// What is wrong with it.
    package let error: DQLError

    /// The query and the sentence.
    package var description: String { "query \"\(Token.shortened(self.query, to: 200))\", \(self.error)" }
}
