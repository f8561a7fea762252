extension JSONValue {
    /// The value after a merge patch: members of the patch replace or, as null, remove; all others stay.
    ///
    /// Source: RFC 7396 §2, the pseudocode of `MergePatch`.
    package func merged(with patch: JSONValue) -> JSONValue {
        guard let changes = patch.object else { return patch }
        var result = self.object ?? JSONObject()
        for change in changes.members {
            result[change.key] = change.value.isNull ? nil : (result[change.key] ?? .null).merged(with: change.value)
        }
        return .object(result)
    }
}
