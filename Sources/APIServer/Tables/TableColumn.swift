import Clocks
import JSON
import KubernetesModel

/// One column of the table that `kubectl get` prints.
struct TableColumn: Sendable {
    /// The heading.
    let name: String
    /// `string`, `integer`, `boolean` or `date`.
    let type: String
    /// What the column tells.
    let description: String
    /// Above zero it is shown with `-o wide` only.
    let priority: Int
    /// What stands in the column for an object.
    let cell: @Sendable (Object, Timestamp) -> JSONValue

    /// Creates a column that computes its cells.
    init(
        _ name: String,
        type: String = "string",
        _ description: String,
        priority: Int = 0,
        cell: @escaping @Sendable (Object, Timestamp) -> JSONValue
    ) {
        self.name = name
        self.type = type
        self.description = description
        self.priority = priority
        self.cell = cell
    }

    /// Creates a column of a kind's definition.
    init(_ column: PrinterColumn) {
        self.init(column.name, type: column.kind.rawValue, column.description, priority: column.priority) {
            $1.cell(of: column.value(in: $0.json), as: column.kind)
        }
    }

    /// The column over objects of which another form is shown.
    func shown(as form: @escaping @Sendable (Object) -> Object) -> TableColumn {
        TableColumn(self.name, type: self.type, self.description, priority: self.priority) { [cell] object, now in
            cell(form(object), now)
        }
    }

    /// The object's name.
    static let name = TableColumn("Name", "The object's name.") { object, _ in .string(object.metadata.name) }

    /// How long ago the object was created.
    static let age = TableColumn("Age", "How long ago the object was created.") { object, now in
        .string(now.humanAge(since: object.metadata.creationTimestamp))
    }

    /// How Kubernetes describes the column.
    var definition: JSONValue {
        [
            "name": .string(self.name), "type": .string(self.type), "format": self.name == "Name" ? "name" : "",
            "description": .string(self.description), "priority": .integer(Int64(self.priority)),
        ]
    }
}

extension Timestamp {
    /// A value as a cell of a column's type.
    ///
    /// Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor`, `cellForJSONValue`.
    fileprivate func cell(of value: JSONValue?, as kind: PrinterColumn.Kind) -> JSONValue {
        guard let value, !value.isNull else { return .null }
        switch kind {
        case .date: return .string(self.humanAge(since: value.string ?? "-"))
        case .string: return .string(value.string ?? value.text)
        case .integer, .boolean: return value
        }
    }
}
