import JSON

/// One top-level field of a document with its new value.
package struct DQLFieldChange: Sendable, Hashable {
    /// The field's name.
    package let name: String
    /// The value; `nil` removes the field.
    package let value: JSONValue?
}
