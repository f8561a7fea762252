import FieldOwnership
import JSON
import KubernetesModel

extension Object {
    /// The member of `metadata` that tells who owns what.
    static let managedFields = "managedFields"

    /// The object as JSON without its ownership.
    var bare: JSONValue {
        var object = self
        object.metadata.other[Self.managedFields] = nil
        return object.json
    }

    /// The object's status as an object with nothing else.
    var statusAlone: JSONValue { .object(JSONObject(self.status.map { [.init(key: "status", value: $0)] } ?? [])) }

    /// The object with an ownership.
    func with(_ fields: ManagedFields) -> Object {
        var object = self
        object.metadata.other[Self.managedFields] = fields.json
        return object
    }

    /// The object with the ownership that another has.
    func withFields(of other: Object) -> Object {
        var object = self
        object.metadata.other[Self.managedFields] = other.metadata.other[Self.managedFields]
        return object
    }
}

extension ServedKind {
    /// An object as clients see it: with the operator as the owner of a status that no client has written.
    func shown(_ object: Object) -> Object {
        guard self.kind.hasStatus, object.status != nil,
            let entries = object.metadata.other[Object.managedFields]?.array,
            !entries.contains(where: { $0["subresource"] == "status" })
        else { return object }
        let apiVersion = self.kind.apiVersion
        let entry = ManagedFields.Entry(
            FieldManager(FieldTracker.operatorName, .update, apiVersion: apiVersion, subresource: "status"),
            self.shape.fields(of: object.statusAlone, .everything),
            time: nil
        )
        let applied = entries.prefix { $0["operation"] == "Apply" }
        var shown = object
        shown.metadata.other[Object.managedFields] = .array(applied + [entry.json] + entries.dropFirst(applied.count))
        return shown
    }
}
