import HTTP
import JSON
import PeerModel

/// The body of an error, whichever of its forms the peer uses.
struct ErrorBody {
    /// What it says, for a person; bounded, and never empty.
    let message: String
    /// Whether it is a web page: then something other than the API answered.
    let isForeign: Bool

    /// Whether it is how servers of TLS (Go's, nginx, Apache) answer plain HTTP, as text or as a page.
    let wantsTLS: Bool

    /// Whether it is in the form of the API's errors: JSON with `error` or `title`.
    private let isDeclared: Bool
    private let lowercased: String

    init(_ response: HTTPResponse) {
        let text = String(decoding: response.body.prefix(2_048), as: UTF8.self)
        let json = try? JSONValue(parsing: response.body)
        let said = json?["error"]?.string ?? json?["title"]?.string ?? json?["message"]?.string ?? json?.string
        self.isDeclared = json?["error"]?.string != nil || json?["title"]?.string != nil
        let start = text.drop { $0.isWhitespace }.prefix(15).lowercased()
        self.isForeign =
            json == nil
            && (response.headers["Content-Type"]?.lowercased().hasPrefix("text/html") == true
                || start.hasPrefix("<!doctype") || start.hasPrefix("<html"))
        let words = text.lowercased()
        self.wantsTLS =
            words.contains("http request to an https server") || words.contains("http request was sent to https port")
            || words.contains("speaking plain http to an ssl-enabled server")
        let raw = said ?? (json == nil && !self.isForeign ? text : "")
        self.message = raw.isEmpty ? "no explanation" : String(raw.prefix(300))
        self.lowercased = self.message.lowercased()
    }

    /// Whether the body is one of the API's error names, or begins like its sentence.
    func names(_ name: String, _ sentence: String) -> Bool {
        self.lowercased == name.lowercased() || self.lowercased.contains(sentence)
    }

    /// Whether the body holds one of some words.
    func says(_ words: String...) -> Bool {
        words.contains { self.lowercased.contains($0) }
    }

    /// What a 404 says is missing.
    ///
    /// Only the API's own words are taken for an answer: gateways, ingresses and other servers on the way say
    /// "not found" too, in plain text, in JSON of their own, or with no body at all.
    var absentPart: AbsentPart {
        // "big peer replication not found" must not be taken for "big peer not found".
        if self.names("BigPeerReplicationNotFound", "big peer replication not found") { return .object }
        if self.names("BigPeerNotFound", "big peer not found") { return .bigPeer }
        // Other servers have apps as well.
        let isApp = self.lowercased == "appnotfound" || self.lowercased.hasPrefix("app not found")
        return self.isDeclared && isApp ? .app : .unnamed
    }
}
