/// A value in a YAML document together with its place.
///
/// Aliases and merge keys are resolved already, keys are text and unique, and every scalar has a JSON value.
package struct YAMLNode: Sendable, Hashable {
    /// What a node holds.
    package enum Content: Sendable, Hashable {
        /// Text, a number, a boolean or null.
        case scalar(YAMLScalar)
        /// A list.
        case sequence([YAMLNode])
        /// Keys with values: first in the order of the text, then what merge keys added.
        case mapping([Member])
    }

    /// One key with its value.
    package struct Member: Sendable, Hashable {
        /// The key as text.
        package let key: String
        /// Where the key stands.
        package let keyMark: Mark
        /// The value.
        package let value: YAMLNode
    }

    /// What the node holds.
    package let content: Content
    /// Where the node starts; behind an alias or a merge key, the place where its text really stands.
    package let mark: Mark
}
