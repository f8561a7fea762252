/// A token that proves who is asking; nothing prints it.
package struct BearerToken: Sendable, Hashable {
    /// The secret itself.
    package let value: String

    /// Wraps a secret, without the white space that files and Secrets often end with.
    package init(_ value: String) {
        var text = value[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        self.value = String(text.drop { $0.isWhitespace })
    }
}

extension BearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder.
    package var description: String { "(redacted)" }
    /// A placeholder.
    package var debugDescription: String { self.description }
    /// Nothing, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
