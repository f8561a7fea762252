import JSON

/// What a SELECT makes of a document.
struct RowProjection: Sendable {
    private enum Part: Sendable {
        case everything
        case value(Program, name: String)
        case count(name: String)
    }

    private let parts: [Part]

    /// Whether documents are only counted.
    let isCount: Bool
    /// Whether documents are given back as they are.
    private let isWhole: Bool

    init(_ projections: [DQLSelect.Projection], in source: StatementSource) throws(DQLError) {
        var parts: [Part] = []
        var isWhole = true
        var isCount = false
        for projection in projections {
            switch projection {
            case .everything: parts.append(.everything)
            case .value(let value, let name, _) where value.form == .countOfRows:
                isCount = true
                parts.append(.count(name: name))
            case .value(let value, let name, _):
                isWhole = false
                parts.append(.value(try source.program(value), name: name))
            }
        }
        self.parts = parts
        self.isCount = isCount
        self.isWhole = isWhole
    }

    /// The row of one document, in which what is missing is left out; `nil` when it would be longer than may be.
    func row(of document: Bytes, atMost limit: Int) -> [UInt8]? {
        guard !self.isWhole else { return Array(document) }
        var row = JSONObject()
        var size = 0
        for part in self.parts {
            guard size <= limit else { return nil }
            switch part {
            case .everything:
                size += document.count
                for member in Operand.raw(document).members?.members ?? [] { row[member.key] = member.value }
            case .value(let program, let name):
                guard let value = program.value(in: document) else { continue }
                size += value.roughSize
                row[name] = value
            case .count: break
            }
        }
        return JSONValue.object(row).bytes
    }

    /// The one row of a count.
    func countRow(_ count: Int) -> [UInt8] {
        var row = JSONObject()
        for case .count(let name) in self.parts { row[name] = .integer(Int64(count)) }
        return JSONValue.object(row).bytes
    }
}
