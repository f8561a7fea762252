import JSON
import KubernetesModel

/// How an embedded peer serves its changes to DCP clients.
package struct DCPOptions: Sendable, Hashable {
    /// Somebody who may connect.
    package struct User: Sendable, Hashable {
        /// The name to log in with.
        package let name: String
        /// Where the password is.
        package let password: SecretKeyRef
    }

    /// Over how many vbuckets documents are spread.
    package var vbuckets: Int
    /// Who may connect.
    package var users: [User]

    /// The vbuckets of peers that name no number.
    package static let defaultVbuckets = 64

    init(_ json: JSONValue?) {
        self.vbuckets = json?["vbuckets"]?.integer.flatMap { Int(exactly: $0) } ?? Self.defaultVbuckets
        self.users = (json?["users"]?.array ?? []).compactMap { user in
            guard let name = user["name"]?.text,
                let password = SecretKeyRef(user["passwordSecretRef"], defaultKey: "password")
            else { return nil }
            return User(name: name, password: password)
        }
    }
}

/// A DCP producer that an embedded peer follows into its collections.
package struct DCPSource: Sendable, Hashable {
    /// Where the producer listens.
    package let address: HostPort
    /// The bucket to follow.
    package let bucket: String
    /// The Secret (`username`, `password`) to log in with.
    package let userSecretName: String?
    /// Which collections, as `scope.collection`; empty is all.
    package let collections: [String]
    /// Into which of our collections each of them goes; the others keep their name.
    package let into: [String: String]

    init?(_ json: JSONValue?) {
        guard let address = json?["address"]?.string.flatMap(HostPort.init), let bucket = json?["bucket"]?.text else {
            return nil
        }
        self.address = address
        self.bucket = bucket
        self.userSecretName = json?["userSecretRef"]?["name"]?.text
        self.collections = (json?["collections"]?.array ?? []).compactMap(\.text)
        var into: [String: String] = [:]
        for member in json?["into"]?.object?.members ?? [] {
            into[member.key] = member.value.text
        }
        self.into = into
    }
}
