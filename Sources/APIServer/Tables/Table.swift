import Clocks
import JSON
import KubernetesModel

/// Shows objects as a `meta.k8s.io/v1` Table.
struct Table: Sendable {
    /// What of each object stands beside its row.
    enum IncludedObject: String, Sendable, Hashable {
        case none = "None"
        case metadata = "Metadata"
        case whole = "Object"
    }

    let columns: [TableColumn]
    let includedObject: IncludedObject
    let now: Timestamp

    /// A table of some objects.
    ///
    /// - Parameters:
    ///   - objects: The rows.
    ///   - metadata: The metadata of the list or object that is shown.
    ///   - hasColumns: Whether to describe the columns; later events of a watch need not.
    /// - Returns: The table.
    func json(of objects: [Object], metadata: JSONValue, hasColumns: Bool = true) -> JSONValue {
        [
            "apiVersion": "meta.k8s.io/v1",
            "kind": "Table",
            "metadata": metadata,
            "columnDefinitions": .array(hasColumns ? self.columns.map(\.definition) : []),
            "rows": .array(objects.map(self.row)),
        ]
    }

    private func row(_ object: Object) -> JSONValue {
        var row: JSONObject = ["cells": .array(self.columns.map { $0.cell(object, self.now) })]
        switch self.includedObject {
        case .none: break
        case .metadata: row["object"] = object.partialMetadata
        case .whole: row["object"] = object.json
        }
        return .object(row)
    }
}

extension Object {
    /// The object's metadata alone.
    var partialMetadata: JSONValue {
        ["apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": self.metadata.json]
    }
}
