import FoundationEssentials
import JSON
import KubernetesModel

/// Where the next page of a list begins.
///
/// All pages carry the resource version of the first: whoever watches from there sees every change that later pages
/// might have missed.
struct ContinueToken: Sendable, Hashable {
    /// The version of the first page.
    let resourceVersion: String
    /// The last object of the page before.
    let last: ObjectKey

    /// Creates a token.
    init(resourceVersion: String, last: ObjectKey) {
        self.resourceVersion = resourceVersion
        self.last = last
    }

    /// Reads a token that this server gave.
    init(_ text: String) throws(APIStatus) {
        guard let data = Data(base64Encoded: text), let json = try? JSONValue(parsing: [UInt8](data)),
            let version = json["v"]?.string, let namespace = json["ns"]?.string, let name = json["n"]?.string
        else {
            throw APIStatus(.badRequest, "continue key is not valid: it was not given by this server; list anew")
        }
        self.init(resourceVersion: version, last: ObjectKey(namespace: namespace, name: name))
    }

    /// The token as text for the query of the next request.
    var text: String {
        let json: JSONValue = [
            "v": .string(self.resourceVersion), "ns": .string(self.last.namespace), "n": .string(self.last.name),
        ]
        return Data(json.bytes).base64EncodedString()
    }
}
