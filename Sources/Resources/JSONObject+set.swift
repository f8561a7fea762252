import JSON

extension JSONObject {
    /// Sets a list unless it is empty.
    mutating func set(_ key: String, _ elements: [JSONValue]) {
        if !elements.isEmpty { self[key] = .array(elements) }
    }

    /// Sets a member object unless it is empty.
    mutating func set(_ key: String, _ object: JSONObject) {
        if !object.isEmpty { self[key] = .object(object) }
    }

    /// Sets text unless there is none.
    mutating func set(_ key: String, _ text: String?) {
        if let text, !text.isEmpty { self[key] = .string(text) }
    }

    /// Creates an object from the texts that there are.
    init(texts: KeyValuePairs<String, String?>) {
        self.init()
        for (key, text) in texts { self.set(key, text) }
    }
}
