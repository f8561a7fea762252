import FoundationEssentials
import JSON
import KubernetesModel

/// What is special about Secrets.
enum SecretRules {
    /// Moves `stringData` into `data` as base64, where it wins, and says what no type means.
    static func normalized(_ content: JSONObject, old: JSONValue?) -> JSONObject {
        var content = content
        if (content["type"]?.string ?? "").isEmpty { content["type"] = old?["type"] ?? "Opaque" }
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

    /// Says what is wrong with a value without repeating the value.
    static func blotted(_ problem: FieldProblem) -> FieldProblem {
        let isValue = ["data", "stringData"].contains { problem.path.components.first == .key($0) }
        guard isValue, problem.reason == .typeInvalid, problem.path.components.count > 1 else { return problem }
        return FieldProblem(.typeInvalid, at: problem.path, "is not a string", expected: "a string")
    }
}
