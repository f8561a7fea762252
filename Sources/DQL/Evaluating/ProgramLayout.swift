import JSON

/// A program while it is made; what its parts are for stands at those of `Program`.
struct ProgramLayout {
    var nodes: [Program.Node] = []
    var children: [Int] = []
    var texts: [UInt8] = []
    var names: [Piece] = []
    var fields: [Piece] = []
    var constants: [JSONValue] = []
    var patterns: [LikePattern] = []
    var expressions: [RegularExpression] = []
}
