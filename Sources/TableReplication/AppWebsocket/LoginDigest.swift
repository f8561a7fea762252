/// The proof that a client knows the password, and what is proved along with it.
///
/// ```
/// SHA256hex( app ":" domain ":" sip ":" guid ":" dn [":" info] ":" challenge ":" password )
/// ```
/// Missing properties count as empty; `":" info` is left out when there is no `info`. `info` is hashed exactly as it
/// stands in the message. Source: innovaphone SDK, AppWebsocket, "AppLogin".
package struct LoginDigest: Sendable, Hashable {
    /// The name of the app.
    package var app = ""
    /// The domain.
    package var domain = ""
    /// The user.
    package var sip = ""
    /// The user's or peer's 32 hexadecimal digits.
    package var guid = ""
    /// The user's display name.
    package var dn = ""
    /// The text of `info`, byte by byte.
    package var info: [UInt8]?

    /// Creates the properties that the digest covers.
    package init(
        app: String = "",
        domain: String = "",
        sip: String = "",
        guid: String = "",
        dn: String = "",
        info: [UInt8]? = nil
    ) {
        self.app = app
        self.domain = domain
        self.sip = sip
        self.guid = guid
        self.dn = dn
        self.info = info
    }

    /// The digest: 64 lower-case hexadecimal digits.
    package func hex(challenge: String, password: String) -> [UInt8] {
        var text: [UInt8] = []
        for property in [self.app, self.domain, self.sip, self.guid, self.dn] {
            text.append(contentsOf: property.utf8)
            text.append(UInt8(ascii: ":"))
        }
        if let info = self.info {
            text.append(contentsOf: info)
            text.append(UInt8(ascii: ":"))
        }
        text.append(contentsOf: challenge.utf8)
        text.append(UInt8(ascii: ":"))
        text.append(contentsOf: password.utf8)
        return text.sha256Hex
    }
}

/// What both ends know after a login and nobody else: for further secrets of the session.
package struct SessionKey: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    package let hex: String

    /// Makes the key from what both ends know.
    package init(challenge: String, password: String) {
        let text = Array("innovaphoneAppSessionKey:\(challenge):\(password)".utf8)
        self.hex = String(decoding: text.sha256Hex, as: UTF8.self)
    }

    /// `hash(seed, data)` of the reference library: a digest that only the two ends can make.
    package func hash(seed: String, data: String) -> String {
        String(decoding: Array("\(seed):\(self.hex):\(data)".utf8).sha256Hex, as: UTF8.self)
    }
}
