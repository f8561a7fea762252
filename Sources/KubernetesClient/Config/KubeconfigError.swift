/// Why no connection to an API server can be made from what is configured.
package struct KubeconfigError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed list of things that can be wrong.
    package enum Reason: Sendable, Hashable {
        /// No kubeconfig was named and none is where one is looked for.
        case notFound
        /// A file that was named cannot be read.
        case unreadable
        /// A file is not a kubeconfig.
        case malformed
        /// A context, cluster or user that is named does not exist.
        case missingEntry
        /// Something that kubectl offers and this client does not.
        case unsupported
    }

    /// What is wrong.
    package let reason: Reason
    /// What is wrong, where, and what to do.
    package let message: String

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// The message.
    package var description: String { self.message }
}
