import KubernetesModel

extension APIRequest {
    /// The longest name of a manager, in bytes.
    private static let maximumManagerBytes = 128

    /// The media types of a server-side apply; the body is YAML, of which JSON is a part.
    var isApply: Bool { self.contentType == "application/apply-patch+yaml" }

    /// The name under which the client writes: its own choice, or else its program's.
    func managerName() throws(APIStatus) -> String {
        let name = self.target["fieldManager"] ?? ""
        guard name.utf8.count <= Self.maximumManagerBytes, name.unicodeScalars.allSatisfy(\.isPrintable) else {
            throw Self.invalid(
                "Invalid value",
                reason: "FieldValueInvalid",
                "a manager's name has at most \(Self.maximumManagerBytes) bytes, all of them printable"
            )
        }
        if !name.isEmpty { return name }
        guard !self.isApply else {
            throw Self.invalid("Required value", reason: "FieldValueRequired", "is required for apply patch")
        }
        let program = self.userAgent.unicodeScalars.prefix { $0 != "/" }.filter(\.isPrintable)
        let known = String(String.UnicodeScalarView(program.prefix(Self.maximumManagerBytes / 4)))
        return known.isEmpty ? "unknown" : known
    }

    /// Whether an apply takes fields from others.
    func isForced() throws(APIStatus) -> Bool {
        switch self.target["force"] ?? "" {
        case "", "false", "0": return false
        case let value:
            guard self.isApply else {
                throw Self.invalid(
                    "Forbidden",
                    reason: "FieldValueForbidden",
                    "may not be specified for non-apply patch",
                    field: "force"
                )
            }
            guard value == "true" || value == "1" else {
                throw APIStatus(.badRequest, "force: unsupported value \"\(value)\"; expected \"true\" or \"false\"")
            }
            return true
        }
    }

    private static func invalid(
        _ problem: String,
        reason: String,
        _ detail: String,
        field: String = "fieldManager"
    ) -> APIStatus {
        APIStatus(
            .invalid,
            "PatchOptions.meta.k8s.io \"\" is invalid: \(field): \(problem): \(detail)",
            kind: "PatchOptions",
            group: "meta.k8s.io",
            causes: [APIStatus.Cause(reason: reason, message: "\(problem): \(detail)", field: field)]
        )
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch self.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: self == " "
        default: true
        }
    }
}
