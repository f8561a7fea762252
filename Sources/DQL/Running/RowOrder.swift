import JSON

/// Keeps the first rows of an order while documents come in any order.
///
/// It lets rows gather to twice of what is wanted, and then drops the second half; so a row costs little, and memory is
/// bounded by LIMIT and OFFSET together.
struct RowOrder: Sendable {
    private struct Key: Sendable {
        let program: Program
        let isDescending: Bool
    }

    private struct Candidate: Sendable {
        let values: [JSONValue?]
        /// Equal rows keep the order in which they came.
        let number: Int
        let row: [UInt8]
        let bytes: Int
    }

    private let keys: [Key]
    private let wanted: Int
    private var candidates: [Candidate] = []
    private var number = 0
    private var bytes = 0
    /// The last of the rows that are wanted, once there are enough: what stands behind it need not be kept.
    private var last: Candidate?

    init(_ orderings: [DQLSelect.Ordering], wanted: Int, in source: StatementSource) throws(DQLError) {
        var keys: [Key] = []
        for ordering in orderings {
            keys.append(Key(program: try source.program(ordering.value), isDescending: ordering.isDescending))
        }
        self.keys = keys
        self.wanted = wanted
    }

    /// Looks at one document, and says how many bytes are held; `nil` when its row is longer than may be.
    mutating func add(_ document: Bytes, _ projection: RowProjection, atMost limit: Int) -> Int? {
        let values = self.keys.map { $0.program.value(in: document) }
        self.number += 1
        if let last = self.last, Self.order(of: values, to: last.values, by: self.keys) >= 0 { return self.bytes }
        guard let row = projection.row(of: document, atMost: limit) else { return nil }
        let bytes = row.count + values.reduce(0) { $0 + ($1?.roughSize ?? 0) }
        self.candidates.append(Candidate(values: values, number: self.number, row: row, bytes: bytes))
        self.bytes += bytes
        if self.candidates.count / 2 >= self.wanted { self.shrink() }
        return self.bytes
    }

    /// All rows that were kept, in order.
    mutating func sortedRows() -> [[UInt8]] {
        self.shrink()
        return self.candidates.map(\.row)
    }

    private mutating func shrink() {
        let keys = self.keys
        self.candidates.sort { first, second in
            let order = Self.order(of: first.values, to: second.values, by: keys)
            return order == 0 ? first.number < second.number : order < 0
        }
        guard self.candidates.count >= self.wanted else { return }
        self.candidates.removeLast(self.candidates.count - self.wanted)
        self.last = self.candidates.last
        self.bytes = self.candidates.reduce(0) { $0 + $1.bytes }
    }

    private static func order(of first: [JSONValue?], to second: [JSONValue?], by keys: [Key]) -> Int {
        for (index, key) in keys.enumerated() {
            let order = SortRank.order(of: first[index], to: second[index])
            if order != 0 { return key.isDescending ? -order : order }
        }
        return 0
    }
}

/// The order of all values, whatever their types.
///
/// "boolean, number, binary, string, array, object, null, missing", and "true results are prioritized"
/// (https://docs.ditto.live/dql/select, "Sort Order by Object Type").
enum SortRank {
    /// Below zero, zero or above, as a value stands before, at or behind another; `nil` is missing.
    static func order(of first: JSONValue?, to second: JSONValue?) -> Int {
        let rank = self.rank(first) - self.rank(second)
        guard rank == 0, let first, let second else { return rank }
        switch (first, second) {
        case (.bool(let first), .bool(let second)): return first == second ? 0 : first ? -1 : 1
        case (.array(let first), .array(let second)):
            for (first, second) in zip(first, second) {
                let order = self.order(of: first, to: second)
                if order != 0 { return order }
            }
            return first.count - second.count
        case (.object(let first), .object(let second)): return self.order(of: first, to: second)
        default:
            switch Operand(first).relation(to: Operand(second)) {
            case .less: return -1
            case .greater: return 1
            case .equal, .unequal, .unknown: return 0
            }
        }
    }

    private static func order(of first: JSONObject, to second: JSONObject) -> Int {
        for (first, second) in zip(first.members, second.members) {
            let keys = Operand.string(first.key).relation(to: .string(second.key))
            if keys == .less { return -1 }
            if keys == .greater { return 1 }
            let order = self.order(of: first.value, to: second.value)
            if order != 0 { return order }
        }
        return first.count - second.count
    }

    private static func rank(_ value: JSONValue?) -> Int {
        switch value {
        case .bool?: 0
        case .integer?, .number?: 1
        case .string?: 2
        case .array?: 3
        case .object?: 4
        case .null?: 5
        case nil: 6
        }
    }
}

extension JSONValue {
    /// About how many bytes it takes in memory.
    var roughSize: Int {
        switch self {
        case .null, .bool, .integer, .number: 16
        case .string(let text): 16 + text.utf8.count
        case .array(let elements): elements.reduce(32) { $0 + $1.roughSize }
        case .object(let object): object.members.reduce(32) { $0 + 16 + $1.key.utf8.count + $1.value.roughSize }
        }
    }
}
