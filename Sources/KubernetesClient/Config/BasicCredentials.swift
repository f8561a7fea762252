import FoundationEssentials

/// A user name and a password; nothing prints them.
package struct BasicCredentials: Sendable, Hashable {
    /// The `Authorization` field of RFC 7617: `Basic` and the pair in base64.
    let authorization: String

    /// Creates credentials.
    package init(user: String, password: String) {
        self.authorization = "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
    }
}

extension BasicCredentials: CustomStringConvertible, CustomReflectable {
    /// A placeholder.
    package var description: String { "(redacted)" }
    /// Nothing, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
