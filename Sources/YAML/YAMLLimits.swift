/// How much one stream may demand; beyond any of these it is an error, never a crash.
package struct YAMLLimits: Sendable, Hashable {
    /// The length of the input in bytes.
    package var inputBytes = 16 << 20
    /// How many mappings and sequences may be inside one another, aliases followed.
    package var depth = 64
    /// Keys and values in all documents, aliases followed.
    package var nodes = 1_000_000
    /// The length of all keys and scalars in bytes, aliases followed.
    package var textBytes = 64 << 20
    /// Documents in the stream, empty ones included.
    package var documents = 100_000
    /// `%YAML` and `%TAG` lines in the stream; libyaml compares each with all before it.
    package var directives = 100

    /// Creates the default limits.
    package init() {}
}
