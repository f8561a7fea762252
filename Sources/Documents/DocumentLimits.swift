/// What a document may measure.
package enum DocumentLimits {
    /// The bytes of a document's compact JSON.
    package static let maximumBodyBytes = 4 * 1_024 * 1_024
    /// The bytes of its stamps.
    package static let maximumStampsBytes = 4 * 1_024 * 1_024
    /// The bytes of its canonical `_id`.
    package static let maximumIDBytes = 4 * 1_024
    /// The levels of objects and arrays, the document itself included.
    package static let maximumDepth = 64
}
