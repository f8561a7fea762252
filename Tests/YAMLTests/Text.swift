import JSON
import Testing

@testable import YAML

/// The only document of a text.
func document(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLNode {
    let documents = try YAML.documents(in: Array(text.utf8), limits: limits)
    try #require(documents.count == 1)
    return documents[0].root
}

/// The only document of a text, as JSON.
func json(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> JSONValue {
    try document(text, limits: limits).json
}

/// The error that reading a text ends in.
func failure(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLError {
    try #require(throws: YAMLError.self) {
        // The result is dropped inside, or else a test that fails prints it.
        _ = try YAML.documents(in: Array(text.utf8), limits: limits)
    }
}
