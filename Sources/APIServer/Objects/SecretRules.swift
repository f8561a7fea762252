import FoundationEssentials
import JSON
import KubernetesModel

/// What is special about Secrets.
enum SecretRules {
    /// Moves `stringData` into `data` as base64, where it wins, and says what no type means.
    static func normalized(_ content: JSONObject) -> JSONObject {
        var content = content
        if (content["type"]?.string ?? "").isEmpty { content["type"] = "Opaque" }
        guard let texts = content["stringData"]?.object else { return content }
        var data = content["data"]?.object ?? JSONObject()
        for member in texts.members {
            guard let text = member.value.string else { return content }
            data[member.key] = .string(Data(text.utf8).base64EncodedString())
        }
        content["stringData"] = nil
        content["data"] = .object(data)
        return content
    }

    /// Finds values that are not what a Secret holds; the values themselves are never repeated.
    static func problems(in object: JSONValue, old: JSONValue?) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for (field, isEncoded) in [("data", true), ("stringData", false)] {
            let path = FieldPath().key(field)
            guard let value = object[field], !value.isNull else { continue }
            guard let members = value.object?.members else {
                problems.append(FieldProblem(.typeInvalid, at: path, "is \(value.sort)", expected: "an object"))
                continue
            }
            for member in members {
                guard let text = member.value.string else {
                    let message = "is \(member.value.sort)"
                    problems.append(FieldProblem(.typeInvalid, at: path.key(member.key), message, expected: "a string"))
                    continue
                }
                if isEncoded, Data(base64Encoded: text) == nil {
                    problems.append(
                        FieldProblem(.invalid, at: path.key(member.key), "is not base64; use stringData for plain text")
                    )
                }
            }
        }
        if let old, old["immutable"]?.bool == true, old["data"] != object["data"] {
            problems.append(
                FieldProblem(.immutable, at: FieldPath().key("data"), "cannot change when immutable is set")
            )
        }
        return problems
    }
}
