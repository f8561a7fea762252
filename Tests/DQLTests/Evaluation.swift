import JSON

@testable import DQL

/// Evaluates an expression over a document and gives the value's JSON text, or "MISSING".
func evaluate(_ text: String, _ document: String = "{}", arguments: DQLArguments = DQLArguments()) throws -> String {
    let query = try DQLQuery(parsing: text)
    let program = try Compiler.program(of: query.expression, in: Array(text.utf8), arguments: arguments)
    let value = Array(document.utf8).withUnsafeBufferPointer { program.value(in: $0) }
    return value?.text ?? "MISSING"
}

/// Whether a query matches a document.
func matches(_ text: String, _ document: String) throws -> Bool {
    try DQLFilter(parsing: [text]).matches(Array(document.utf8))
}
