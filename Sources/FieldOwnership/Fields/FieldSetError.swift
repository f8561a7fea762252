/// Why `fieldsV1` or `managedFields` cannot be read.
package struct FieldSetError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, and what was expected.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
