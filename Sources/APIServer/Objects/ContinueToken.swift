import FoundationEssentials
import JSON
import KubernetesModel

/// Where the next page of a list begins.
struct ContinueToken: Sendable, Hashable {
    /// The version of the first page; `nil` goes on with whatever there is now.
    let resourceVersion: String?
    /// The kept rest of the list; `nil` goes on with whatever there is now.
    let rest: Int64?
    /// The last object of the page before.
    let last: ObjectKey

    /// Creates a token that goes on with the kept rest of a list.
    init(resourceVersion: String, rest: Int64, last: ObjectKey) {
        self.resourceVersion = resourceVersion
        self.rest = rest
        self.last = last
    }

    /// Creates a token that goes on with whatever there is.
    init(inconsistentAfter last: ObjectKey) {
        self.resourceVersion = nil
        self.rest = nil
        self.last = last
    }

    /// Reads a token that this server gave.
    init(_ text: String) throws(APIStatus) {
        guard let data = Data(base64Encoded: text), let json = try? JSONValue(parsing: [UInt8](data)),
            let namespace = json["ns"]?.string, let name = json["n"]?.string
        else {
            throw APIStatus(.badRequest, "continue key is not valid: it was not given by this server; list anew")
        }
        self.resourceVersion = json["v"]?.string
        self.rest = json["r"]?.integer
        self.last = ObjectKey(namespace: namespace, name: name)
    }

    /// The token as text for the query of the next request.
    var text: String {
        var json: JSONObject = ["ns": .string(self.last.namespace), "n": .string(self.last.name)]
        json["v"] = self.resourceVersion.map(JSONValue.string)
        json["r"] = self.rest.map(JSONValue.integer)
        return Data(JSONValue.object(json).bytes).base64EncodedString()
    }
}
