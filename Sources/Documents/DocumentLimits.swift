/// What a document may measure.
package enum DocumentLimits {
    /// The bytes of a document's compact JSON when somebody writes it.
    package static let maximumBodyBytes = 4 * 1_024 * 1_024
    /// The bytes of its stamps when somebody writes it.
    package static let maximumStampsBytes = 4 * 1_024 * 1_024
    /// The bytes of a document's compact JSON when it is merged or read: two that were allowed, merged, are allowed too.
    package static let mergedBodyBytes = 2 * DocumentLimits.maximumBodyBytes
    /// The bytes of its stamps when it is merged or read.
    package static let mergedStampsBytes = 2 * DocumentLimits.maximumStampsBytes
    /// The bytes of its canonical `_id`.
    package static let maximumIDBytes = 4 * 1_024
    /// The levels of objects and arrays, the document itself included.
    package static let maximumDepth = 64
}
