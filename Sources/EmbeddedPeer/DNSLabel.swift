/// The rule for names (RFC 1123 §2.1, as Kubernetes words it).
enum DNSLabel {
    /// What is wrong with a name, worded to follow it; `nil` when it is a DNS label.
    static func problem(in name: String) -> String? {
        let utf8 = name.utf8
        guard !utf8.isEmpty else { return "is empty; expected 1 to 63 of a-z, 0-9 and '-'" }
        for (index, scalar) in name.unicodeScalars.enumerated() where !Self.isAllowed(scalar) {
            return "has \(Self.quoted(scalar)) as character \(index + 1); only a-z, 0-9 and '-' are allowed"
        }
        guard utf8.count <= 63 else { return "has \(utf8.count) characters; at most 63 are allowed" }
        if utf8.first == UInt8(ascii: "-") { return "starts with '-'; the first character is one of a-z and 0-9" }
        if utf8.last == UInt8(ascii: "-") { return "ends with '-'; the last character is one of a-z and 0-9" }
        return nil
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", "-": true
        default: false
        }
    }

    private static func quoted(_ scalar: Unicode.Scalar) -> String {
        scalar.value < 0x20 || scalar.value == 0x7F ? "U+\(String(scalar.value, radix: 16))" : "'\(scalar)'"
    }
}
