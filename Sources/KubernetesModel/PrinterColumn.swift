import JSON

/// One column of the table that a client prints for a kind.
package struct PrinterColumn: Sendable, Hashable {
    /// The types that Kubernetes knows for columns.
    package enum Kind: String, Sendable, Hashable {
        /// Text.
        case string
        /// A whole number.
        case integer
        /// `true` or `false`.
        case boolean
        /// RFC 3339; printed as an age.
        case date
    }

    /// Where the value is.
    package enum Source: Sendable, Hashable {
        /// A field, by the names on the way to it.
        case field([String])
        /// A field of the condition of a type.
        case condition(type: String, field: String)
    }

    /// The heading.
    package let name: String
    /// The value's type.
    package let kind: Kind
    /// Where the value is.
    package let source: Source
    /// 0 is always shown, 1 only in wide tables.
    package let priority: Int
    /// What the column tells.
    package let description: String

    /// Creates a column.
    package init(
        _ name: String,
        _ source: Source,
        as kind: Kind = .string,
        priority: Int = 0,
        _ description: String
    ) {
        self.name = name
        self.kind = kind
        self.source = source
        self.priority = priority
        self.description = description
    }

    /// How old the object is.
    package static let age = PrinterColumn(
        "Age",
        .field(["metadata", "creationTimestamp"]),
        as: .date,
        "How long the object has existed."
    )

    /// The status of a condition.
    package static func condition(_ type: String, priority: Int = 0, _ description: String) -> PrinterColumn {
        PrinterColumn(type, .condition(type: type, field: "status"), priority: priority, description)
    }

    /// The column's value in an object; `nil` when the object has none.
    package func value(in object: JSONValue) -> JSONValue? {
        switch self.source {
        case .field(let names):
            names.reduce(object as JSONValue?) { $0?[$1] }.flatMap { $0.isNull ? nil : $0 }
        case .condition(let type, let field):
            object["status"]?["conditions"]?.array?.first { $0["type"]?.string == type }?[field]
        }
    }

    /// The path in the dialect of CRDs.
    package var jsonPath: String {
        switch self.source {
        case .field(let names): names.map { ".\($0)" }.joined()
        case .condition(let type, let field): ".status.conditions[?(@.type==\"\(type)\")].\(field)"
        }
    }

    /// The column as a CRD declares it.
    package var json: JSONValue {
        var object: JSONObject = [
            "name": .string(self.name), "type": .string(self.kind.rawValue), "jsonPath": .string(self.jsonPath),
            "description": .string(self.description),
        ]
        if self.priority > 0 { object["priority"] = .integer(Int64(self.priority)) }
        return .object(object)
    }
}
