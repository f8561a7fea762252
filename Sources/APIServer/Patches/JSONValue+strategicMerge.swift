import JSON

extension JSONValue {
    /// The value after a strategic merge patch, for the kinds of the core group that are served here.
    ///
    /// Those kinds hold two lists that merge by element, `metadata.finalizers` and `metadata.ownerReferences`; all
    /// other lists are replaced. The directives `$patch`, `$retainKeys`, `$setElementOrder` and
    /// `$deleteFromPrimitiveList` are understood.
    ///
    /// Source: Kubernetes, `contributors/devel/sig-api-machinery/strategic-merge-patch.md`.
    func strategicallyMerged(with patch: JSONValue) -> JSONValue {
        guard let changes = patch.object else { return patch }
        switch changes["$patch"]?.string {
        case "replace":
            var replacement = changes
            replacement["$patch"] = nil
            return .object(replacement)
        case "delete": return .object(JSONObject())
        default: break
        }
        var result = self.object ?? JSONObject()
        if let retained = changes["$retainKeys"]?.array?.compactMap(\.string) {
            for key in Array(result.keys) where !retained.contains(key) { result[key] = nil }
        }
        for change in changes.members {
            if let list = change.key.removing(prefix: "$deleteFromPrimitiveList/") {
                let gone = change.value.array ?? []
                result[list] = result[list]?.array.map { .array($0.filter { !gone.contains($0) }) }
            } else if !change.key.hasPrefix("$") {
                result[change.key] = (result[change.key] ?? .null).merged(strategically: change)
            }
        }
        return .object(result)
    }

    private func merged(strategically change: JSONObject.Member) -> JSONValue? {
        switch (change.key, change.value) {
        case (_, .null): return nil
        case ("finalizers", .array(let added)):
            let present = self.array ?? []
            return .array(present + added.filter { !present.contains($0) })
        case ("ownerReferences", .array(let added)):
            var references = self.array ?? []
            for reference in added {
                references.removeAll { $0["uid"] == reference["uid"] }
                if reference["$patch"]?.string != "delete" { references.append(reference) }
            }
            return .array(references)
        case (_, .object): return self.strategicallyMerged(with: change.value)
        default: return change.value
        }
    }
}

extension String {
    fileprivate func removing(prefix: String) -> String? {
        self.hasPrefix(prefix) ? String(self.dropFirst(prefix.count)) : nil
    }
}
