import JSON

/// A replication as a Big Peer holds it, in canonical form.
///
/// The REST API tells `null`, absent and empty apart in writing but not in meaning, and keeps no order: here both
/// lists are sorted and free of duplicates, and a collection without queries is left out, so that `==` is "the same
/// replication" (`spec/big-peer-api.md` §2.3).
package struct PeerReplication: Sendable, Hashable {
    /// The name, a DNS label.
    package let name: String
    /// The addresses to dial, `host:port`, in ascending order.
    package let connections: [String]
    /// What this peer subscribes to: collection → queries in ascending order; never an empty list.
    package let queriesByCollection: [String: [String]]
    /// Whether documents that no longer match are dropped: a property of embedded peers only, so it is left out of
    /// bodies unless it is set.
    package let evictsOnLeave: Bool

    /// Creates a replication from lists in any order.
    package init(
        name: String,
        connections: [String],
        queriesByCollection: [String: [String]],
        evictsOnLeave: Bool = false
    ) {
        self.name = name
        self.evictsOnLeave = evictsOnLeave
        self.connections = connections.sortedWithoutDuplicates
        self.queriesByCollection = queriesByCollection.compactMapValues {
            $0.isEmpty ? nil : $0.sortedWithoutDuplicates
        }
    }

    /// Reads a replication; `nil` when a field has another type than the API says.
    package init?(_ json: JSONValue) {
        guard let name = json["name"]?.string,
            let connections = Self.strings(json["connections"] ?? .null),
            let queries = Self.queries(json["queriesByCollection"] ?? .null)
        else { return nil }
        self.init(
            name: name,
            connections: connections,
            queriesByCollection: queries,
            evictsOnLeave: json[Self.leavePolicy]?.string == Self.evict
        )
    }

    /// The body of a create request: always both fields, because what an absent one means is not documented.
    ///
    /// Equal replications have equal bodies, byte by byte.
    package var json: JSONValue {
        var object: JSONObject = ["name": .string(self.name)]
        self.add(to: &object)
        return .object(object)
    }

    /// The body of a replace request, which has no name.
    package var updateJSON: JSONValue {
        var object = JSONObject()
        self.add(to: &object)
        return .object(object)
    }

    /// The property of embedded peers that says what becomes of documents which no longer match.
    package static let leavePolicy = "onFilterLeave"
    /// The value of that property for dropping them.
    package static let evict = "Evict"
    /// The value for keeping them, as if the property were absent.
    package static let keep = "Keep"

    private func add(to object: inout JSONObject) {
        object["connections"] = self.connectionsJSON
        object["queriesByCollection"] = self.queriesJSON
        if self.evictsOnLeave { object[Self.leavePolicy] = .string(Self.evict) }
    }

    private var connectionsJSON: JSONValue { .array(self.connections.map(JSONValue.string)) }

    private var queriesJSON: JSONValue {
        .object(
            JSONObject(
                self.queriesByCollection.sorted { $0.key < $1.key }.map {
                    JSONObject.Member(key: $0.key, value: .array($0.value.map(JSONValue.string)))
                }
            )
        )
    }

    private static func strings(_ json: JSONValue) -> [String]? {
        switch json {
        case .null: return []
        case .array(let elements):
            let strings = elements.compactMap(\.string)
            return strings.count == elements.count ? strings : nil
        default: return nil
        }
    }

    private static func queries(_ json: JSONValue) -> [String: [String]]? {
        if json.isNull { return [:] }
        guard let object = json.object else { return nil }
        var queries: [String: [String]] = [:]
        for member in object.members {
            guard let list = Self.strings(member.value) else { return nil }
            queries[member.key] = list
        }
        return queries
    }
}

extension [String] {
    fileprivate var sortedWithoutDuplicates: [String] {
        var result: [String] = []
        result.reserveCapacity(self.count)
        for element in self.sorted() where result.last != element {
            result.append(element)
        }
        return result
    }
}
