import Clocks
import HTTP
import JSON

/// What a credential plug-in has printed: the `status` of an ExecCredential.
struct PluginCredential: Sendable, Hashable {
    /// Why it is of no use.
    struct Malformed: Error, Hashable {
        let message: String
    }

    let token: BearerToken?
    let certificatePEM: [UInt8]?
    let keyPEM: [UInt8]?
    /// When it ends; `nil` when it does not say, and then it is kept until the server refuses it.
    let expires: Timestamp?

    /// Reads what a plug-in printed; nothing of it is ever put into an error.
    init(_ bytes: [UInt8], apiVersion: String) throws(Malformed) {
        guard let json = try? JSONValue(parsing: bytes), json["kind"]?.string == "ExecCredential" else {
            throw Malformed(message: "printed something other than an ExecCredential in JSON")
        }
        guard json["apiVersion"]?.string == apiVersion else {
            let version = json["apiVersion"]?.string ?? "none"
            throw Malformed(message: "printed apiVersion \(version.prefix(80)); the kubeconfig says \(apiVersion)")
        }
        let status = json["status"]
        let token = status?["token"]?.string ?? ""
        self.token = token.isEmpty ? nil : BearerToken(token)
        self.certificatePEM = (status?["clientCertificateData"]?.string).map { Array($0.utf8) }
        self.keyPEM = (status?["clientKeyData"]?.string).map { Array($0.utf8) }
        guard self.token != nil || self.certificatePEM != nil else {
            throw Malformed(message: "printed an ExecCredential with neither a token nor a client certificate")
        }
        guard (self.certificatePEM == nil) == (self.keyPEM == nil) else {
            throw Malformed(message: "printed a client certificate without its key, or a key without its certificate")
        }
        guard let text = status?["expirationTimestamp"]?.string else {
            self.expires = nil
            return
        }
        guard let expires = Timestamp(rfc3339: text) else {
            throw Malformed(message: "printed an expirationTimestamp that is no RFC 3339 time")
        }
        self.expires = expires
    }
}
