/// What version this is.
package enum Version {
    /// The version of the program (semantic versioning 2.0).
    package static let current = "0.1.0"
}
