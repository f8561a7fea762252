import JSON
import KubernetesModel

extension DiffReport {
    /// The JSON Schema of `peerage diff -o json`, which is a promise to programs.
    package static let schema: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "peerage diff -o json",
        "description": "What applying manifests would change. Fields may be added within a version.",
        "type": "object",
        "required": ["version", "hasDifferences", "summary", "objects", "requests", "unknown"],
        "properties": [
            "version": ["const": 1],
            "hasDifferences": ["type": "boolean", "description": "Whether the exit code says differences."],
            "summary": [
                "type": "object",
                "description": "How many there are of each.",
                "required": ["create", "update", "unchanged", "refused", "prune", "heldBack", "requests"],
                "additionalProperties": ["type": "integer", "minimum": 0],
            ],
            "objects": [
                "type": "array",
                "description": "Objects on the server, in the order in which they would be applied, then pruned.",
                "items": Self.objectSchema,
            ],
            "requests": [
                "type": "array",
                "description": "What Big Peers would be sent, found with the controller's own code.",
                "items": Self.requestSchema,
            ],
            "unknown": [
                "type": "array",
                "description": "Resources of which nobody can tell yet what their Big Peer would be sent.",
                "items": Self.unknownSchema,
            ],
        ],
    ]

    private static let text: JSONValue = ["type": "string"]

    private static let objectSchema: JSONValue = [
        "type": "object",
        "required": ["group", "kind", "namespace", "name", "action", "message", "changes"],
        "properties": [
            "group": Self.text, "kind": Self.text, "namespace": Self.text, "name": Self.text,
            "action": ["enum": ["create", "update", "none", "refuse", "prune", "heldBack"]],
            "message": ["type": ["string", "null"], "description": "Why it is refused or held back."],
            "changes": [
                "type": "array",
                "items": [
                    "type": "object",
                    "required": ["path", "old", "new"],
                    "properties": [
                        "path": ["type": "string", "description": "Such as spec.endpoint.url."],
                        "old": ["description": "null when the field is not there; never a Secret's value."],
                        "new": ["description": "null when the field would go; never a Secret's value."],
                    ],
                ],
            ],
        ],
    ]

    private static let requestSchema: JSONValue = [
        "type": "object",
        "required": ["kind", "namespace", "name", "method", "path", "differences"],
        "properties": [
            "kind": Self.text, "namespace": Self.text, "name": Self.text,
            "method": ["enum": ["POST", "PUT", "DELETE"]],
            "path": ["type": "string", "description": "Below the base URL of the Big Peer's API."],
            "differences": ["type": "array", "items": Self.text, "description": "Such as + connections: a:4040."],
        ],
    ]

    private static let unknownSchema: JSONValue = [
        "type": "object",
        "required": ["kind", "namespace", "name", "reason", "message"],
        "properties": [
            "kind": Self.text, "namespace": Self.text, "name": Self.text, "message": Self.text,
            "reason": ["type": "string", "description": "A word of the closed vocabulary of conditions."],
        ],
    ]
}
