import JSON

/// An expression laid out flat, ready to be evaluated on one document after the other.
///
/// Nodes are plain numbers that point to one another, to texts and to constants, so that walking them counts no
/// references and allocates nothing.
struct Program: Sendable {
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
    var nodes: [Node] = []
    /// The nodes that nodes with many parts point to.
    var children: [Int] = []
    /// Names and texts, end to end.
    var texts: [UInt8] = []
    /// Parts of `texts`, for nodes with many names.
    var names: [Piece] = []
    /// The fields that must be found in the document, in the order of their slots.
    var fields: [Piece] = []
    var constants: [JSONValue] = []
    var patterns: [LikePattern] = []
    var expressions: [RegularExpression] = []
    /// The last node: the expression itself.
    var root: Int { self.nodes.count - 1 }

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
            return self.texts.withUnsafeBufferPointer { texts -> Value? in
                let row = Row(document: document, slots: slots, texts: texts)
                return row.scan(for: self.fields) ? body(row) : nil
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
