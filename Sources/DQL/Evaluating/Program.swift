import JSON

/// An expression laid out flat, ready to be evaluated on one document after the other.
///
/// Nodes are plain numbers that point to one another, to texts and to constants, so that walking them counts no
/// references and allocates nothing. A class, so that nobody copies its parts one by one; nothing in it ever changes.
final class Program: Sendable {
    /// One step of the expression.
    enum Node: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case text(Piece)
        /// A constant array or object.
        case constant(Int)
        case field(Int)
        /// A field, and the names that lead on from it.
        case path(Int, names: Piece)
        case array(Piece)
        /// The members' keys lie beside their values.
        case object(Piece, keys: Piece)
        case negative(Int)
        case not(Int)
        case comparison(DQLOperator, Int, Int)
        case arithmetic(DQLOperator, Int, Int)
        case concatenation(Int, Int)
        case exclusiveOr(Int, Int)
        case all(Piece)
        case any(Piece)
        case oneOf(Int, Piece, isNegated: Bool)
        case element(Int, of: Int, isNegated: Bool)
        case between(Int, Int, Int, isNegated: Bool)
        case like(Int, pattern: Int, isNegated: Bool)
        case similar(Int, pattern: Int, isNegated: Bool)
        /// A pattern that is not known before the document is.
        case anyLike(DQLLike.Style, Int, pattern: Int, escape: Int, isNegated: Bool)
        case test(Int, DQLTest, isNegated: Bool)
        case call(DQLFunction, Piece)
    }

    /// All nodes; what a node points to stands before it.
    let nodes: [Node]
    /// The nodes that nodes with many parts point to.
    let children: [Int]
    /// Names and texts, end to end.
    let texts: [UInt8]
    /// Parts of `texts`, for nodes with many names.
    let names: [Piece]
    /// The fields that must be found in the document, in the order of their slots.
    let fields: [Piece]
    let constants: [JSONValue]
    let patterns: [LikePattern]
    let expressions: [RegularExpression]
    /// The last node: the expression itself.
    let root: Int

    init(_ layout: ProgramLayout) {
        self.nodes = layout.nodes
        self.children = layout.children
        self.texts = layout.texts
        self.names = layout.names
        self.fields = layout.fields
        self.constants = layout.constants
        self.patterns = layout.patterns
        self.expressions = layout.expressions
        self.root = layout.nodes.count - 1
    }

    /// Whether the expression has one truth for every document.
    var constantTruth: Truth? {
        switch self.nodes.last {
        case .bool(let value): Truth(value)
        case .null, .integer, .number, .text, .constant: .unknown
        default: nil
        }
    }

    /// Finds the fields of a document and calls a body with them; `nil` when the document is no object.
    func withRow<Value>(of document: Bytes, _ body: (Row) -> Value) -> Value? {
        withUnsafeTemporaryAllocation(of: Row.Slot.self, capacity: max(self.fields.count, 1)) { slots -> Value? in
            slots.initialize(repeating: Row.Slot())
            var made = 0
            return self.texts.withUnsafeBufferPointer { texts -> Value? in
                withUnsafeMutablePointer(to: &made) { made -> Value? in
                    let row = Row(document: document, slots: slots, texts: texts, made: made)
                    return row.scan(for: self.fields) ? body(row) : nil
                }
            }
        }
    }

    /// Whether the expression is true of a document.
    func isTrue(of document: Bytes) -> Bool {
        self.withRow(of: document) { self.truth(self.root, $0) == .yes } ?? false
    }

    /// The expression's value; `nil` when it is missing.
    func value(in document: Bytes) -> JSONValue? {
        self.withRow(of: document) { self.operand(self.root, $0).json } ?? nil
    }
}
