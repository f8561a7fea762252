import JSON

extension Object {
    /// A Secret with its `stringData` moved into `data`, as a server keeps it; any other object as it is.
    package var withEncodedSecretText: Object {
        guard self.kind == ResourceKind.secret.kind, let texts = self.content["stringData"]?.object else { return self }
        var object = self
        var data = self.content["data"]?.object ?? JSONObject()
        for member in texts.members {
            data[member.key] = .string(Base64.text(of: Array((member.value.string ?? "").utf8)))
        }
        object.content["stringData"] = nil
        object.content["data"] = .object(data)
        return object
    }
}
