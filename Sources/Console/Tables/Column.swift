import Clocks
import JSON
import KubernetesModel
import Resources

/// One column of `get`.
package struct Column: Sendable {
    /// The heading, in upper case.
    package let title: String
    /// Whether it is there only in wide tables.
    package let isWideOnly: Bool
    /// What stands in it.
    package let cell: @Sendable (Object, Timestamp) -> Cell

    init(_ title: String, isWideOnly: Bool = false, _ cell: @escaping @Sendable (Object, Timestamp) -> Cell) {
        self.title = title
        self.isWideOnly = isWideOnly
        self.cell = cell
    }

    /// The column that a kind's definition declares.
    init(_ column: PrinterColumn) {
        self.init(column.name.uppercased(), isWideOnly: column.priority > 0) { object, now in
            guard let value = column.value(in: object.json) else {
                return Cell(column.kind == .date ? "<unknown>" : "")
            }
            let text = value.string ?? value.text
            return column.kind == .date ? Cell(now.age(since: text)) : Cell(text, Tone(of: text))
        }
    }

    private static let name = Column("NAME") { object, _ in Cell(object.metadata.name) }
    private static let age = Column("AGE") { object, now in Cell(now.age(since: object.metadata.creationTimestamp)) }

    /// The columns of a kind, without the namespace.
    package static func columns(of kind: ResourceKind) -> [Column] {
        if let definition = PeerageAPI.definition(of: kind) {
            return [self.name] + definition.printerColumns.map(Column.init)
        }
        return switch kind {
        case .event: EventRecord.columns
        case .secret: [self.name, self.secretType, self.dataCount, self.age]
        case .configMap: [self.name, self.dataCount, self.age]
        case .namespace: [self.name, self.phase, self.age]
        default: [self.name, self.age]
        }
    }

    private static let secretType = Column("TYPE") { object, _ in Cell(object.content["type"]?.string ?? "Opaque") }
    private static let dataCount = Column("DATA") { object, _ in
        Cell("\((object.content["data"]?.object?.count ?? 0) + (object.content["binaryData"]?.object?.count ?? 0))")
    }
    private static let phase = Column("STATUS") { object, _ in
        let phase = object.metadata.isBeingDeleted ? "Terminating" : object.status?["phase"]?.string ?? "Active"
        return Cell(phase, Tone(of: phase))
    }
}
