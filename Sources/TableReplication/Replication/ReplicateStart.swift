import JSON

/// The beginning of a session, as a publisher reads it.
///
/// ```
/// {"mt":"ReplicateStart","api":"cars","src":"r1","guid":"<G>","usn":41,"add":true,"del":true,
///  "columns":{"_id":{},"color":{"update":true}},"where":["color = 'blue'"]}
/// {"mt":"ReplicateStart","api":"cars","src":"r1","guid":"<G>","usn":41,
///  "columns":{"_id":{},"__doc":{},"__stamps":{}},
///  "peerage":{"where":["color = 'blue'"],"onLeave":"Keep","credit":2097152,"held":true,"initial":false}}
/// ```
/// `where` and `peerage` are properties of this publisher's own, which the protocol allows.
struct ReplicateStart: Sendable, Hashable {
    /// What only a peer of ours sends.
    struct Own: Sendable, Hashable {
        /// How many bytes may be sent at once.
        var credit: Int
        /// Whether the subscriber holds documents of the collection already.
        var held: Bool
        /// Whether an initial run was begun before and is to be continued from `usn`.
        var initial: Bool
    }

    /// The GUID of the store that was replicated last.
    var guid: String?
    /// The last number that was replicated.
    var usn: UInt64?
    /// Whether the replicator means to add rows.
    var add: Bool
    /// Whether the replicator means to delete rows.
    var del: Bool
    /// The columns in the replicator's order.
    var columns: [ColumnRequest]
    /// The conditions, of which one must be true.
    var queries: [String]
    /// What only a peer of ours sends.
    var own: Own?

    /// Reads a start.
    init(_ message: Envelope) throws(MessageError) {
        self.guid = message.string("guid")
        self.usn = message.number("usn")
        self.add = message.flag("add")
        self.del = message.flag("del")
        self.columns = ColumnRequest.list("columns", of: message) ?? []
        let own = message.value("peerage")
        guard let queries = Self.queries(own?["where"] ?? message.value("where")) else {
            throw .property("where", expected: "a list of conditions")
        }
        self.queries = queries
        if let own, own.object != nil {
            self.own = Own(
                credit: Int(clamping: max(0, own["credit"]?.integer ?? 0)),
                held: own["held"]?.bool ?? true,
                initial: own["initial"]?.bool ?? false
            )
        }
    }

    private static func queries(_ value: JSONValue?) -> [String]? {
        switch value {
        case nil, .null: return []
        case .string(let query): return [query]
        case .array(let elements) where elements.count <= 1_000:
            var queries: [String] = []
            for element in elements {
                guard let query = element.string else { return nil }
                queries.append(query)
            }
            return queries
        default: return nil
        }
    }
}
