import JSON
import KubernetesModel

extension Object {
    /// Sets fields of the spec, or with `null` takes them away.
    package mutating func setSpec(_ fields: JSONObject) {
        var spec = self.spec?.object ?? JSONObject()
        for member in fields.members { spec[member.key] = member.value.isNull ? nil : member.value }
        self.spec = .object(spec)
    }
}
