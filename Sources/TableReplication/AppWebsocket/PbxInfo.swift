import JSON

/// What a PBX says of itself once it has logged in.
///
/// `{"mt":"PbxInfo","domain":"example.com","pbx":"master","pbxDns":"pbx.example.com","apis":["PbxTableUsers"],…}`
struct PbxInfo: Sendable, Hashable {
    /// The domain.
    let domain: String
    /// The name of the PBX.
    let pbx: String
    /// The APIs that may be used over this connection.
    let apis: Set<String>

    /// Reads a `PbxInfo`; what is missing is empty.
    init(_ message: Envelope) {
        self.domain = message.string("domain") ?? ""
        self.pbx = message.string("pbx") ?? ""
        self.apis = Set((message.value("apis")?.array ?? []).compactMap(\.string))
    }
}
