import JSON

/// The set as `fieldsV1`: an object of objects, in which `.` stands for the field around it.
///
///     { "f:spec": { "f:connections": { ".": {}, "v:\"a:4040\"": {} } } }
///        the way      a member           itself   a member inside
extension FieldSet {
    /// Reads a set; what stands under steps of an unknown sort is left out.
    package init(fieldsV1 json: JSONValue) throws(FieldSetError) {
        guard let object = json.object else {
            throw FieldSetError("fieldsV1 is \(json.sort); expected an object")
        }
        var nodes: [Node] = []
        for member in object.members where member.key != "." {
            guard let step = try FieldStep.reading(member.key) else { continue }
            let inside = try FieldSet(fieldsV1: member.value)
            let isMember = member.value == .object(JSONObject()) || member.value["."] != nil
            nodes.append(Node(step, isMember: isMember, inside: inside))
        }
        self.init(unordered: nodes)
    }

    /// The set as JSON.
    package var fieldsV1: JSONValue { .object(self.object(isMember: false)) }

    private func object(isMember: Bool) -> JSONObject {
        // An empty object is a member by itself.
        var members: [JSONObject.Member] = []
        members.reserveCapacity(self.nodes.count + 1)
        if isMember, !self.isEmpty { members.append(JSONObject.Member(key: ".", value: .object(JSONObject()))) }
        for node in self.nodes {
            let inside = node.inside.object(isMember: node.isMember)
            members.append(JSONObject.Member(key: node.step.text, value: .object(inside)))
        }
        return JSONObject(members)
    }
}
