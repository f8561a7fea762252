import JSON

/// An app as a Big Peer holds it: a name of its own for an app id that all its Big Peers share.
package struct PeerApp: Sendable, Hashable {
    /// The name, a DNS label.
    package let name: String
    /// The UUID in lower case; `nil` in a desired state that takes whichever there is.
    package let appID: String?

    /// Creates an app; the id is lower-cased, because UUIDs compare so (RFC 9562 §4).
    package init(name: String, appID: String?) {
        self.name = name
        self.appID = appID?.lowercased()
    }

    /// Reads an app; `nil` when it has no name.
    package init?(_ json: JSONValue) {
        guard let name = json["name"]?.string else { return nil }
        self.init(name: name, appID: json["appId"]?.string)
    }

    /// The body of a create request.
    package var json: JSONValue {
        var object: JSONObject = ["name": .string(self.name)]
        object["appId"] = self.appID.map(JSONValue.string)
        return .object(object)
    }
}
