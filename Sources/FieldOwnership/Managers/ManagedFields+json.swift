import JSON

/// The entries as JSON:
///
///     [{ "manager": "kubectl", "operation": "Apply", "apiVersion": "v1", "time": "2026-01-01T00:00:00Z",
///        "fieldsType": "FieldsV1", "fieldsV1": { "f:data": { "f:color": {} } } }]
///
/// with `"subresource": "status"` where it was not the object itself that was written.
extension ManagedFields {
    /// Reads the entries.
    package init(_ json: JSONValue) throws(FieldSetError) {
        guard let elements = json.array else {
            throw FieldSetError("managedFields is \(json.sort); expected a list")
        }
        var entries: [Entry] = []
        for element in elements { entries.append(try Entry(element)) }
        self.init(entries)
    }

    /// The entries as JSON; `nil` when there are none.
    package var json: JSONValue? { self.isEmpty ? nil : .array(self.entries.map(\.json)) }

    /// Whether a list that a client sent asks for all ownership to be forgotten: `[]` and `[{}]` do.
    package static func isReset(_ json: JSONValue) -> Bool {
        guard let elements = json.array else { return false }
        return elements.isEmpty || elements == [.object(JSONObject())]
    }
}

extension ManagedFields.Entry {
    fileprivate init(_ json: JSONValue) throws(FieldSetError) {
        guard let operation = json["operation"]?.string.flatMap(FieldManager.Operation.init) else {
            throw FieldSetError("an entry of managedFields has no operation; expected \"Apply\" or \"Update\"")
        }
        guard let apiVersion = json["apiVersion"]?.string, !apiVersion.isEmpty else {
            throw FieldSetError("an entry of managedFields has no apiVersion")
        }
        guard json["fieldsType"]?.string == "FieldsV1" else {
            throw FieldSetError("an entry of managedFields has an unknown fieldsType; expected \"FieldsV1\"")
        }
        let manager = FieldManager(
            json["manager"]?.string ?? "",
            operation,
            apiVersion: apiVersion,
            subresource: json["subresource"]?.string ?? ""
        )
        let fields = try FieldSet(fieldsV1: json["fieldsV1"] ?? .object(JSONObject()))
        self.init(manager, fields, time: json["time"]?.string)
    }

    /// The entry as JSON.
    package var json: JSONValue {
        var object: JSONObject = [
            "manager": .string(self.manager.name), "operation": .string(self.manager.operation.rawValue),
            "apiVersion": .string(self.manager.apiVersion), "fieldsType": "FieldsV1", "fieldsV1": self.fields.fieldsV1,
        ]
        object["subresource"] = self.manager.subresource.isEmpty ? nil : .string(self.manager.subresource)
        object["time"] = self.time.map(JSONValue.string)
        return .object(object)
    }
}
