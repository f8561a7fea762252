import JSON

/// What `/version` tells.
package struct ServerVersion: Sendable, Hashable {
    /// The version of the Kubernetes API whose behaviour is offered.
    static let kubernetes = (major: "1", minor: "32")

    /// Our own version, such as `0.3.0`.
    package let peerage: String

    /// Creates a version.
    package init(peerage: String) {
        self.peerage = peerage
    }

    /// The version as clients read it; they expect semantic versions of Kubernetes.
    var json: JSONValue {
        let (major, minor) = Self.kubernetes
        return [
            "major": .string(major), "minor": .string(minor),
            "gitVersion": .string("v\(major).\(minor).0+peerage-\(self.peerage)"),
            "gitCommit": "", "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "",
            "compiler": "swift", "platform": .string(Self.platform),
        ]
    }

    private static var platform: String {
        #if arch(arm64)
        "linux/arm64"
        #else
        "linux/amd64"
        #endif
    }
}
