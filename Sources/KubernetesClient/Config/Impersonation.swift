import HTTP
import JSON

/// As whom to act: the `as` fields of a kubeconfig's user.
///
/// Source: Kubernetes, "User impersonation".
package struct Impersonation: Sendable, Hashable {
    /// The user.
    package let user: String
    /// The `Impersonate-…` fields.
    let fields: [HTTPHeaders.Field]

    /// Reads a user's fields; `nil` when there is nobody to act as.
    init?(_ entry: Kubeconfig.Entry, _ name: String) throws(KubeconfigError) {
        let groups = entry.body["as-groups"]?.array?.compactMap(\.string) ?? []
        let extra = entry.body["as-user-extra"]?.object?.members ?? []
        let uid = entry.text("as-uid")
        guard let user = entry.text("as") else {
            guard groups.isEmpty, extra.isEmpty, uid == nil else {
                throw KubeconfigError(
                    .malformed,
                    "\(entry.path): the user \"\(name)\" has as-groups, as-uid or as-user-extra without `as`; "
                        + "name the user to act as"
                )
            }
            return nil
        }
        self.user = user
        var fields = [HTTPHeaders.Field(name: "Impersonate-User", value: user)]
        if let uid { fields.append(HTTPHeaders.Field(name: "Impersonate-Uid", value: uid)) }
        fields += groups.map { HTTPHeaders.Field(name: "Impersonate-Group", value: $0) }
        for member in extra {
            let key = "Impersonate-Extra-\(member.key.percentEncoded)"
            fields += (member.value.array ?? []).compactMap(\.string).map { HTTPHeaders.Field(name: key, value: $0) }
        }
        self.fields = fields
    }
}
